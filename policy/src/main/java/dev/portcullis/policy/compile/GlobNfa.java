// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.compile.PartNfa.Reached;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.Glob.AnyDepth;
import dev.portcullis.policy.pattern.Glob.Component;
import dev.portcullis.policy.pattern.Glob.Single;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds globs into an automaton over the bytes of a path.
 *
 * <p>A path is / or a row of components, each of which is a slash and at least one byte; no pattern
 * for paths matches any other byte string. A directory's path, a slash and a NUL ask what a rule
 * says of what lies below it ({@link Subtree}).
 *
 * <p>Patterns that begin alike share states. Without that, a thousand patterns that begin with any
 * depth would put thousands of positions into every state of the deterministic automaton.
 */
final class GlobNfa {
    private static final ByteSet SLASH = ByteSet.of('/');
    private static final ByteSet NUL = ByteSet.of(0);
    private static final ByteSet IN_NAME = ByteSet.ALL.minus(SLASH).minus(NUL);

    private final Nfa nfa;
    private final PartNfa inPath;
    private final PartNfa inName;
    private final Map<AnyDepthStep, AnyDepthStates> anyDepths = new HashMap<>();
    private final Set<Mark> marks = new HashSet<>();

    GlobNfa(Nfa nfa) {
        this.nfa = nfa;
        inPath = new PartNfa(nfa, IN_NAME);
        inName = new PartNfa(nfa, ByteSet.ALL);
    }

    /**
     * Accepts what the glob matches, for the automaton's current tag.
     *
     * @param subtree what its rule says of what lies below directories
     */
    void add(Glob glob, Subtree subtree) throws AutomatonTooLargeException {
        switch (glob) {
            case Glob.Name name -> {
                int rest = inName.text(Nfa.START, name.prefix());
                nfa.accept(inName.sequence(Reached.afterSome(rest), name.rest()).some());
            }
            case Glob.Path path -> path(path, subtree);
        }
    }

    private void path(Glob.Path path, Subtree subtree) throws AutomatonTooLargeException {
        int here = Nfa.START;
        List<Component> components = path.components();
        boolean everywhere = true; // so far it matches the path of every directory
        for (int i = 0; i < components.size(); i++) {
            boolean last = i == components.size() - 1;
            switch (components.get(i)) {
                case AnyDepth _ -> {
                    AnyDepthStates any = anyDepth(here, last);
                    here = any.end();
                    if (last && subtree.allows() || !everywhere && subtree.refuses()) {
                        mark(any.slash(), subtree);
                    }
                }
                case Single single -> {
                    int slash = inPath.text(here, "/");
                    here = inPath.sequence(Reached.afterNone(slash), single.parts()).some();
                    if (!everywhere && subtree.refuses()) {
                        mark(slash, subtree);
                    }
                    everywhere = false;
                }
            }
        }
        if (path.directory()) {
            int below = nfa.step(here, SLASH);
            if (!everywhere && subtree.refuses()) {
                mark(below, subtree);
            }
            // The root is the one directory whose own path ends in a slash.
            nfa.accept(components.isEmpty() ? below : here);
            nfa.accept(anyName(below));
        } else {
            nfa.accept(here);
        }
    }

    /** Where any number of components leads, or at least one of them. */
    private AnyDepthStates anyDepth(int from, boolean atLeastOne)
            throws AutomatonTooLargeException {
        AnyDepthStep step = new AnyDepthStep(from, atLeastOne);
        AnyDepthStates known = anyDepths.get(step);
        if (known == null) {
            int between = nfa.state();
            nfa.epsilon(from, between);
            int slash = nfa.step(between, SLASH);
            int name = anyName(slash);
            nfa.epsilon(name, between);
            known = new AnyDepthStates(slash, atLeastOne ? name : between);
            anyDepths.put(step, known);
        }
        return known;
    }

    private int anyName(int from) throws AutomatonTooLargeException {
        int name = nfa.step(from, IN_NAME);
        nfa.edge(name, IN_NAME, name);
        return name;
    }

    /** Of rules that speak alike only the first can decide, so that one is enough. */
    private void mark(int slash, Subtree subtree) throws AutomatonTooLargeException {
        if (marks.add(new Mark(slash, subtree.speech()))) {
            nfa.accept(nfa.step(slash, NUL));
        }
    }

    private record AnyDepthStep(int from, boolean atLeastOne) {}

    private record AnyDepthStates(int slash, int end) {}

    private record Mark(int slash, Object speech) {}
}
