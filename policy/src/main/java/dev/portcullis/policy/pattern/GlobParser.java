// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import dev.portcullis.policy.pattern.Glob.AnyCharacter;
import dev.portcullis.policy.pattern.Glob.AnyDepth;
import dev.portcullis.policy.pattern.Glob.Choice;
import dev.portcullis.policy.pattern.Glob.Component;
import dev.portcullis.policy.pattern.Glob.Part;
import dev.portcullis.policy.pattern.Glob.Single;
import dev.portcullis.policy.pattern.Glob.Star;
import dev.portcullis.policy.pattern.Glob.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Recursive descent over the text of a glob. */
final class GlobParser {
    /** The kernel's PATH_MAX: no longer path can be asked about. */
    private static final int MAX_BYTES = 4096;

    private static final int MAX_DEPTH = 16;
    private static final List<String> NAME_PREFIXES = List.of("memfd:", "anon:");

    private final String text;
    private final boolean inPath;
    private int at;

    private GlobParser(String text, int at, boolean inPath) {
        this.text = text;
        this.at = at;
        this.inPath = inPath;
    }

    static Glob parse(String text) throws PatternException {
        if (text.isEmpty()) {
            throw new PatternException("empty path; write an absolute path such as /etc/shadow");
        }
        if (text.indexOf('\0') >= 0) {
            throw new PatternException("NUL in a path; no path can hold one");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new PatternException("half of a surrogate pair; write the whole character");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new PatternException(
                    "longer than " + MAX_BYTES + " bytes; the kernel knows no longer path");
        }
        for (String prefix : NAME_PREFIXES) {
            if (text.startsWith(prefix)) {
                GlobParser parser = new GlobParser(text, prefix.length(), false);
                return new Glob.Name(prefix, parser.parts(0));
            }
        }
        if (text.charAt(0) != '/') {
            throw new PatternException(
                    "\"" + text + "\" is not absolute; a path starts with /, memfd: or anon:");
        }
        return new GlobParser(text, 1, true).path();
    }

    private Glob path() throws PatternException {
        List<Component> components = new ArrayList<>();
        while (at < text.length()) {
            components.add(component());
            if (at == text.length()) {
                return new Glob.Path(components, false);
            }
            at++;
        }
        if (!components.isEmpty() && components.getLast() instanceof AnyDepth) {
            throw new PatternException("**/ at the end; write ** for everything below");
        }
        return new Glob.Path(components, true);
    }

    private Component component() throws PatternException {
        int end = text.indexOf('/', at);
        String raw = text.substring(at, end < 0 ? text.length() : end);
        if (raw.isEmpty()) {
            throw new PatternException("// in a path; write a single /");
        }
        if (raw.equals("**")) {
            at += 2;
            return new AnyDepth();
        }
        List<Part> parts = parts(0);
        Spelling spelling = Spelling.of(parts);
        if (spelling.canBe(".") || spelling.canBe("..")) {
            throw new PatternException(
                    "component . or .. in a path; write the path that it leads to");
        }
        if (spelling.isOnlyEmpty()) {
            throw new PatternException("a component that matches nothing; give it a name");
        }
        return new Single(parts);
    }

    /** Parts up to a slash or the end; inside braces, up to a comma or the closing one. */
    private List<Part> parts(int depth) throws PatternException {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '/' && inPath) {
                if (depth > 0) {
                    throw new PatternException(
                            "/ within braces; write one path for each alternative");
                }
                break;
            }
            if (depth > 0 && (c == ',' || c == '}')) {
                break;
            }
            switch (c) {
                case '*', '?', '[', '{' -> {
                    flush(literal, parts);
                    parts.add(special(c, depth));
                }
                case '}' -> throw new PatternException("} without {; write \\} for the character");
                case '\\' -> literal.append(escaped());
                default -> {
                    literal.append(c);
                    at++;
                }
            }
        }
        flush(literal, parts);
        return parts;
    }

    private Part special(char c, int depth) throws PatternException {
        return switch (c) {
            case '*' -> star();
            case '?' -> {
                at++;
                yield new AnyCharacter();
            }
            case '[' -> {
                ClassParser inner = new ClassParser(text, at, inPath);
                Part part = inner.parse();
                at = inner.end();
                yield part;
            }
            default -> choice(depth + 1);
        };
    }

    private Part star() throws PatternException {
        at++;
        if (at < text.length() && text.charAt(at) == '*') {
            throw new PatternException(
                    inPath
                            ? "** beside other characters; it must be a whole component"
                            : "** in a name, which has no components; write *");
        }
        return new Star();
    }

    private Part choice(int depth) throws PatternException {
        if (depth > MAX_DEPTH) {
            throw new PatternException("braces nested deeper than " + MAX_DEPTH + "; write fewer");
        }
        List<List<Part>> alternatives = new ArrayList<>();
        do {
            at++;
            alternatives.add(parts(depth));
        } while (at < text.length() && text.charAt(at) == ',');
        if (at == text.length()) {
            throw new PatternException("{ without }; write \\{ for the character");
        }
        at++;
        if (alternatives.size() == 1) {
            throw new PatternException(
                    "braces without a comma; write {a,b}, or \\{ for the character");
        }
        return new Choice(alternatives);
    }

    private String escaped() throws PatternException {
        at++;
        if (at == text.length()) {
            throw new PatternException("\\ at the end; write \\\\ for the character");
        }
        int character = text.codePointAt(at);
        if (character == '/' && inPath) {
            throw new PatternException("\\ before /; a slash cannot be escaped, write / alone");
        }
        at += Character.charCount(character);
        return Character.toString(character);
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Text(literal.toString()));
            literal.setLength(0);
        }
    }
}
