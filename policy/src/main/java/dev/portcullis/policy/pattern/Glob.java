// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import dev.portcullis.policy.automaton.ByteSet;
import java.util.List;

/** A parsed pattern for paths, or for the names of things that have no path. */
public sealed interface Glob {
    /**
     * Parses one pattern.
     *
     * @throws PatternException if it is none
     */
    static Glob parse(String text) throws PatternException {
        return GlobParser.parse(text);
    }

    /**
     * A pattern that starts with a slash.
     *
     * @param components between the slashes
     * @param directory whether a slash ends it: the directory itself and its direct children
     */
    record Path(List<Component> components, boolean directory) implements Glob {
        public Path {
            components = List.copyOf(components);
        }
    }

    /**
     * A pattern for what has no path. There are no components, a slash is a byte like others.
     *
     * @param prefix {@code memfd:} or {@code anon:}
     * @param rest what follows; may be empty
     */
    record Name(String prefix, List<Part> rest) implements Glob {
        public Name {
            rest = List.copyOf(rest);
        }
    }

    /** What stands between two slashes. */
    sealed interface Component {}

    /**
     * {@code **}: any number of components, none too if something follows, at least one at the end.
     */
    record AnyDepth() implements Component {}

    /**
     * One component.
     *
     * @param parts one after the other; together they match at least one byte
     */
    record Single(List<Part> parts) implements Component {
        public Single {
            parts = List.copyOf(parts);
        }
    }

    /** A part of a component or name. */
    sealed interface Part {}

    /** These characters, in UTF-8. */
    record Text(String text) implements Part {}

    /** {@code *}: any bytes. */
    record Star() implements Part {}

    /** {@code ?}: one UTF-8 character, or one byte from 80 to ff. */
    record AnyCharacter() implements Part {}

    /**
     * {@code [a-z]}, {@code [!a-z]}: one character.
     *
     * @param ascii the characters in the brackets
     * @param negated whether it is any other character that matches
     */
    record CharacterClass(ByteSet ascii, boolean negated) implements Part {}

    /** {@code {a,b}}: one of several. */
    record Choice(List<List<Part>> alternatives) implements Part {
        public Choice {
            alternatives = List.copyOf(alternatives);
        }
    }
}
