// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.Glob.AnyCharacter;
import dev.portcullis.policy.pattern.Glob.AnyDepth;
import dev.portcullis.policy.pattern.Glob.CharacterClass;
import dev.portcullis.policy.pattern.Glob.Choice;
import dev.portcullis.policy.pattern.Glob.Component;
import dev.portcullis.policy.pattern.Glob.Part;
import dev.portcullis.policy.pattern.Glob.Single;
import dev.portcullis.policy.pattern.Glob.Star;
import dev.portcullis.policy.pattern.Glob.Text;
import dev.portcullis.policy.pattern.PathAliases;
import dev.portcullis.policy.pattern.PatternException;
import dk.brics.automaton.Automaton;
import dk.brics.automaton.BasicAutomata;
import dk.brics.automaton.BasicOperations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A pattern by the operations of another automaton library, a character a byte. */
final class BricsGlob {
    private static final Automaton ANY = BasicAutomata.makeCharRange((char) 0, (char) 0xff);
    private static final Automaton SLASH = BasicAutomata.makeChar('/');
    private static final Automaton NOT_SLASH = ANY.minus(SLASH);
    private static final Automaton CONTINUATION =
            BasicAutomata.makeCharRange((char) 0x80, (char) 0xbf);

    private final Automaton anyByte;

    private BricsGlob(Automaton anyByte) {
        this.anyByte = anyByte;
    }

    static Automaton of(String pattern) {
        List<Automaton> all = new ArrayList<>();
        try {
            for (Glob glob : PathAliases.of(Glob.parse(pattern))) {
                all.add(
                        switch (glob) {
                            case Glob.Path path -> path(path);
                            case Glob.Name name ->
                                    bytes(name.prefix())
                                            .concatenate(new BricsGlob(ANY).parts(name.rest()));
                        });
            }
        } catch (PatternException e) {
            throw new AssertionError(e);
        }
        Automaton union = BasicOperations.union(all);
        union.minimize();
        return union;
    }

    private static Automaton path(Glob.Path path) {
        BricsGlob glob = new BricsGlob(NOT_SLASH);
        Automaton name = NOT_SLASH.repeat(1);
        Automaton here = BasicAutomata.makeEmptyString();
        List<Component> components = path.components();
        for (int i = 0; i < components.size(); i++) {
            boolean last = i == components.size() - 1;
            here =
                    here.concatenate(
                            switch (components.get(i)) {
                                case AnyDepth _ -> SLASH.concatenate(name).repeat(last ? 1 : 0);
                                case Single single ->
                                        SLASH.concatenate(
                                                glob.parts(single.parts()).intersection(name));
                            });
        }
        if (!path.directory()) {
            return here;
        }
        Automaton itself = components.isEmpty() ? SLASH : here;
        return itself.union(here.concatenate(SLASH).concatenate(name));
    }

    private Automaton parts(List<Part> parts) {
        Automaton all = BasicAutomata.makeEmptyString();
        for (Part part : parts) {
            all =
                    all.concatenate(
                            switch (part) {
                                case Text text -> bytes(text.text());
                                case Star _ -> anyByte.repeat();
                                case AnyCharacter _ -> character(BasicAutomata.makeEmpty());
                                case CharacterClass set when set.negated() -> character(ascii(set));
                                case CharacterClass set -> ascii(set);
                                case Choice choice ->
                                        BasicOperations.union(
                                                choice.alternatives().stream()
                                                        .map(this::parts)
                                                        .toList());
                            });
        }
        return all;
    }

    /** One character, but for some of ASCII; or one byte of those that are not. */
    private Automaton character(Automaton without) {
        Automaton ascii =
                BasicAutomata.makeCharRange((char) 0, (char) 0x7f)
                        .intersection(anyByte)
                        .minus(without);
        Automaton two =
                BasicAutomata.makeCharRange((char) 0xc2, (char) 0xdf).concatenate(CONTINUATION);
        Automaton three =
                BasicAutomata.makeCharRange((char) 0xe0, (char) 0xef)
                        .concatenate(CONTINUATION.repeat(2, 2))
                        .minus(range(0xe0, 0x80, 0x9f, 1))
                        .minus(range(0xed, 0xa0, 0xbf, 1));
        Automaton four =
                BasicAutomata.makeCharRange((char) 0xf0, (char) 0xf4)
                        .concatenate(CONTINUATION.repeat(3, 3))
                        .minus(range(0xf0, 0x80, 0x8f, 2))
                        .minus(range(0xf4, 0x90, 0xbf, 2));
        Automaton single = BasicAutomata.makeCharRange((char) 0x80, (char) 0xff);
        return BasicOperations.union(List.of(ascii, single, two, three, four));
    }

    /** Sequences that UTF-8 does not have: too long for what they say, surrogates, too high. */
    private static Automaton range(int lead, int first, int last, int more) {
        return BasicAutomata.makeChar((char) lead)
                .concatenate(BasicAutomata.makeCharRange((char) first, (char) last))
                .concatenate(CONTINUATION.repeat(more, more));
    }

    private static Automaton ascii(CharacterClass set) {
        StringBuilder members = new StringBuilder();
        for (char c = 0; c < 0x80; c++) {
            if (set.ascii().contains(c)) {
                members.append(c);
            }
        }
        return BasicAutomata.makeCharSet(members.toString());
    }

    private static Automaton bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return BasicAutomata.makeString(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
