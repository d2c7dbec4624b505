// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.pattern.Glob.AnyCharacter;
import dev.portcullis.policy.pattern.Glob.CharacterClass;
import dev.portcullis.policy.pattern.Glob.Choice;
import dev.portcullis.policy.pattern.Glob.Part;
import dev.portcullis.policy.pattern.Glob.Star;
import dev.portcullis.policy.pattern.Glob.Text;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the parts of one component, and keeps apart whether they have read anything yet.
 *
 * <p>What begins alike shares states, byte by byte and part by part: a hundred patterns that end in
 * a star and an ending have one state for the star.
 */
final class PartNfa {
    private static final int NOWHERE = -1;
    private static final ByteSet ASCII = ByteSet.range(0, 0x7f);
    private static final ByteSet CONTINUATION = ByteSet.range(0x80, 0xbf);

    private final Nfa nfa;
    private final ByteSet anyByte;
    private final Map<Long, Integer> stepOf = new HashMap<>(); // by state and byte
    private final Map<PartStep, Reached> reachedBy = new HashMap<>();
    private final Map<Reached, Integer> joined = new HashMap<>();

    /**
     * A builder into an automaton.
     *
     * @param anyByte what wildcards may read
     */
    PartNfa(Nfa nfa, ByteSet anyByte) {
        this.nfa = nfa;
        this.anyByte = anyByte;
    }

    /**
     * Two states that mean the same place in the pattern.
     *
     * @param none where nothing of the component has been read, or -1
     * @param some where something has, or -1
     */
    record Reached(int none, int some) {
        static Reached afterNone(int state) {
            return new Reached(state, NOWHERE);
        }

        static Reached afterSome(int state) {
            return new Reached(NOWHERE, state);
        }
    }

    /** Builds parts one after the other; {@code some} of the result is never -1. */
    Reached sequence(Reached from, List<Part> parts) throws AutomatonTooLargeException {
        Reached here = from;
        for (Part part : parts) {
            PartStep step = new PartStep(here, part);
            Reached known = reachedBy.get(step);
            if (known == null) {
                known = build(here, part);
                reachedBy.put(step, known);
            }
            here = known;
        }
        return here;
    }

    private Reached build(Reached from, Part part) throws AutomatonTooLargeException {
        return switch (part) {
            case Text text -> Reached.afterSome(text(join(from), text.text()));
            case Star _ -> star(from);
            case AnyCharacter _ -> character(from, ASCII.intersect(anyByte), true);
            case CharacterClass c when c.negated() ->
                    character(from, ASCII.intersect(anyByte).minus(c.ascii()), true);
            case CharacterClass c -> character(from, c.ascii(), false);
            case Choice choice -> choice(from, choice);
        };
    }

    /** Reads the bytes of a text. */
    int text(int from, String text) throws AutomatonTooLargeException {
        int here = from;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            long step = (long) here << 8 | b & 0xff;
            Integer known = stepOf.get(step);
            if (known == null) {
                known = nfa.step(here, ByteSet.of(b & 0xff));
                stepOf.put(step, known);
            }
            here = known;
        }
        return here;
    }

    private Reached star(Reached from) throws AutomatonTooLargeException {
        int some = nfa.state();
        nfa.edge(some, anyByte, some);
        if (from.some() != NOWHERE) {
            nfa.epsilon(from.some(), some);
        }
        if (from.none() != NOWHERE) {
            nfa.edge(from.none(), anyByte, some);
        }
        return new Reached(from.none(), some);
    }

    private Reached choice(Reached from, Choice choice) throws AutomatonTooLargeException {
        int some = nfa.state();
        int none = NOWHERE;
        for (List<Part> alternative : choice.alternatives()) {
            Reached end = sequence(from, alternative);
            if (end.some() != NOWHERE) {
                nfa.epsilon(end.some(), some);
            }
            if (end.none() != NOWHERE) {
                none = from.none();
            }
        }
        return new Reached(none, some);
    }

    private Reached character(Reached from, ByteSet ascii, boolean beyondAscii)
            throws AutomatonTooLargeException {
        int here = join(from);
        int end = nfa.step(here, ascii);
        if (beyondAscii) {
            // A byte that is no character by itself counts as one, or names that are not UTF-8
            // would slip through.
            nfa.edge(here, ByteSet.range(0x80, 0xff), end);
            int last = nfa.state();
            nfa.edge(last, CONTINUATION, end);
            int twoMore = nfa.state();
            nfa.edge(twoMore, CONTINUATION, last);
            nfa.edge(here, ByteSet.range(0xc2, 0xdf), last);
            nfa.edge(nfa.step(here, ByteSet.of(0xe0)), ByteSet.range(0xa0, 0xbf), last);
            nfa.edge(here, ByteSet.range(0xe1, 0xec), twoMore);
            nfa.edge(nfa.step(here, ByteSet.of(0xed)), ByteSet.range(0x80, 0x9f), last);
            nfa.edge(here, ByteSet.range(0xee, 0xef), twoMore);
            nfa.edge(nfa.step(here, ByteSet.of(0xf0)), ByteSet.range(0x90, 0xbf), twoMore);
            nfa.edge(nfa.step(here, ByteSet.range(0xf1, 0xf3)), CONTINUATION, twoMore);
            nfa.edge(nfa.step(here, ByteSet.of(0xf4)), ByteSet.range(0x80, 0x8f), twoMore);
        }
        return Reached.afterSome(end);
    }

    /** One state for both, where the next byte is read in any case. */
    private int join(Reached from) throws AutomatonTooLargeException {
        if (from.none() == NOWHERE) {
            return from.some();
        }
        if (from.some() == NOWHERE) {
            return from.none();
        }
        Integer both = joined.get(from);
        if (both == null) {
            both = nfa.state();
            nfa.epsilon(from.none(), both);
            nfa.epsilon(from.some(), both);
            joined.put(from, both);
        }
        return both;
    }

    private record PartStep(Reached from, Part part) {}
}
