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
import java.util.List;
import java.util.Map;

/**
 * Builds globs into an automaton over the bytes of a path.
 *
 * <p>A path is / or a row of components, each of which is a slash and at least one byte; no pattern
 * for paths matches any other byte string.
 *
 * <p>Patterns that begin alike share states. Without that, a thousand patterns that begin with any
 * depth would put thousands of positions into every state of the deterministic automaton.
 */
final class GlobNfa {
    private static final ByteSet SLASH = ByteSet.of('/');
    private static final ByteSet NOT_SLASH = ByteSet.ALL.minus(SLASH);

    private final Nfa nfa;
    private final PartNfa inPath;
    private final PartNfa inName;
    private final Map<AnyDepthStep, Integer> anyDepths = new HashMap<>();

    GlobNfa(Nfa nfa) {
        this.nfa = nfa;
        inPath = new PartNfa(nfa, NOT_SLASH);
        inName = new PartNfa(nfa, ByteSet.ALL);
    }

    /** Accepts what the glob matches, for the automaton's current tag. */
    void add(Glob glob) throws AutomatonTooLargeException {
        switch (glob) {
            case Glob.Name name -> {
                int rest = inName.text(Nfa.START, name.prefix());
                nfa.accept(inName.sequence(Reached.afterSome(rest), name.rest()).some());
            }
            case Glob.Path path -> path(Nfa.START, path);
        }
    }

    private void path(int start, Glob.Path path) throws AutomatonTooLargeException {
        int here = start;
        List<Component> components = path.components();
        for (int i = 0; i < components.size(); i++) {
            here = follow(here, components.get(i), i == components.size() - 1);
        }
        if (path.directory()) {
            int below = nfa.step(here, SLASH);
            // The root is the one directory whose own path ends in a slash.
            nfa.accept(components.isEmpty() ? below : here);
            nfa.accept(anyName(below));
        } else {
            nfa.accept(here);
        }
    }

    /** Where a component leads. */
    private int follow(int from, Component component, boolean last)
            throws AutomatonTooLargeException {
        return switch (component) {
            case AnyDepth _ -> anyDepth(from, last);
            case Single single -> {
                Reached start = Reached.afterNone(inPath.text(from, "/"));
                yield inPath.sequence(start, single.parts()).some();
            }
        };
    }

    /** Where any number of components leads, or at least one of them. */
    private int anyDepth(int from, boolean atLeastOne) throws AutomatonTooLargeException {
        AnyDepthStep step = new AnyDepthStep(from, atLeastOne);
        Integer known = anyDepths.get(step);
        if (known == null) {
            int between = nfa.state();
            nfa.epsilon(from, between);
            int name = anyName(nfa.step(between, SLASH));
            nfa.epsilon(name, between);
            known = atLeastOne ? name : between;
            anyDepths.put(step, known);
        }
        return known;
    }

    private int anyName(int from) throws AutomatonTooLargeException {
        int name = nfa.step(from, NOT_SLASH);
        nfa.edge(name, NOT_SLASH, name);
        return name;
    }

    private record AnyDepthStep(int from, boolean atLeastOne) {}
}
