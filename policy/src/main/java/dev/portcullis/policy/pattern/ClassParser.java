// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.pattern.Glob.CharacterClass;

/** Reads {@code [a-z]} from its opening bracket. */
final class ClassParser {
    private final String text;
    private final boolean inPath;
    private int at;

    ClassParser(String text, int at, boolean inPath) {
        this.text = text;
        this.at = at;
        this.inPath = inPath;
    }

    /** Where the text goes on behind the closing bracket. */
    int end() {
        return at;
    }

    CharacterClass parse() throws PatternException {
        at++;
        boolean negated = at < text.length() && (text.charAt(at) == '!' || text.charAt(at) == '^');
        if (negated) {
            at++;
        }
        ByteSet members = ByteSet.NONE;
        int start = at;
        while (at == start || peek() != ']') {
            char first = member();
            char last = first;
            if (peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) != ']') {
                at++;
                last = member();
            }
            if (last < first) {
                throw new PatternException(
                        "range %c-%c runs backwards; write [%c-%c]"
                                .formatted(first, last, last, first));
            }
            members = members.union(ByteSet.range(first, last));
        }
        at++;
        if (inPath) {
            members = members.minus(ByteSet.of('/'));
        }
        return new CharacterClass(members, negated);
    }

    private char peek() throws PatternException {
        if (at >= text.length()) {
            throw new PatternException("[ without ]; write \\[ for the character");
        }
        return text.charAt(at);
    }

    private char member() throws PatternException {
        char c = peek();
        if (c == '\\') {
            at++;
            c = peek();
        }
        if (c == '/' && inPath) {
            throw new PatternException("/ in a class; a class matches within one component");
        }
        if (c > 0x7f) {
            throw new PatternException(
                    "a character outside ASCII in a class; write alternatives such as {é,è}");
        }
        at++;
        return c;
    }
}
