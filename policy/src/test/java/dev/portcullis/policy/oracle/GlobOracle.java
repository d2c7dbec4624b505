// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A second reading of docs/policy-language.md, as naive as can be: braces are written out,
 * wildcards are tried one by one. Shares nothing with the compiler.
 */
final class GlobOracle {
    private static final List<String> USR =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    private GlobOracle() {}

    static boolean matches(String pattern, byte[] text) {
        // One char a byte, in the pattern too.
        String bytes = new String(text, StandardCharsets.ISO_8859_1);
        for (String prefix : List.of("memfd:", "anon:")) {
            if (pattern.startsWith(prefix)) {
                String rest = latin(pattern.substring(prefix.length()));
                return bytes.startsWith(prefix)
                        && expand(rest).stream()
                                .anyMatch(one -> name(one, bytes.substring(prefix.length())));
            }
        }
        return bytes.startsWith("/") && path(latin(pattern), bytes);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static boolean path(String pattern, String text) {
        List<String> names = split(text);
        if (names.contains("")) {
            return false;
        }
        boolean directory = pattern.endsWith("/");
        List<String> globs =
                split(directory ? pattern.substring(0, pattern.length() - 1) : pattern);
        for (List<String> meant : withAliases(globs)) {
            boolean child =
                    directory
                            && !names.isEmpty()
                            && components(meant, names.subList(0, names.size() - 1));
            if (child || components(meant, names)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> split(String path) {
        return path.length() < 2 ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    private static List<List<String>> withAliases(List<String> globs) {
        List<List<String>> all = new ArrayList<>();
        all.add(globs);
        Set<String> first = globs.isEmpty() ? Set.of() : Set.copyOf(expand(globs.get(0)));
        Set<String> second = globs.size() < 2 ? Set.of() : Set.copyOf(expand(globs.get(1)));
        for (String dir : USR) {
            if (first.contains(dir)) {
                all.add(replaced(globs, 1, "usr", dir));
            }
            if (first.contains("usr") && second.contains(dir)) {
                all.add(replaced(globs, 2, dir));
            }
        }
        if (first.contains("run")) {
            all.add(replaced(globs, 1, "var", "run"));
        }
        if (first.contains("var") && second.contains("run")) {
            all.add(replaced(globs, 2, "run"));
        }
        return all;
    }

    private static List<String> replaced(List<String> globs, int from, String... by) {
        List<String> replaced = new ArrayList<>(List.of(by));
        replaced.addAll(globs.subList(from, globs.size()));
        return replaced;
    }

    /** Writes the first pair of braces out, then the others. */
    static List<String> expand(String pattern) {
        int open = -1;
        int depth = 0;
        List<Integer> cuts = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                i = classEnd(pattern, i);
            } else if (c == '{') {
                if (depth++ == 0) {
                    open = i;
                    cuts.add(i);
                }
            } else if (c == ',' && depth == 1) {
                cuts.add(i);
            } else if (c == '}' && --depth == 0) {
                cuts.add(i);
                List<String> all = new ArrayList<>();
                for (int k = 0; k + 1 < cuts.size(); k++) {
                    String alternative = pattern.substring(cuts.get(k) + 1, cuts.get(k + 1));
                    all.addAll(
                            expand(
                                    pattern.substring(0, open)
                                            + alternative
                                            + pattern.substring(i + 1)));
                }
                return all;
            }
        }
        return List.of(pattern);
    }

    private static int classEnd(String pattern, int open) {
        int i = open + 1;
        if (pattern.charAt(i) == '!' || pattern.charAt(i) == '^') {
            i++;
        }
        int first = i;
        while (i == first || pattern.charAt(i) != ']') {
            i += pattern.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private static boolean components(List<String> globs, List<String> names) {
        if (globs.isEmpty()) {
            return names.isEmpty();
        }
        List<String> rest = globs.subList(1, globs.size());
        if (globs.getFirst().equals("**")) {
            for (int skip = rest.isEmpty() ? 1 : 0; skip <= names.size(); skip++) {
                if (components(rest, names.subList(skip, names.size()))) {
                    return true;
                }
            }
            return false;
        }
        return !names.isEmpty()
                && expand(globs.getFirst()).stream().anyMatch(one -> name(one, names.getFirst()))
                && components(rest, names.subList(1, names.size()));
    }

    private static boolean name(String glob, String name) {
        if (glob.isEmpty()) {
            return name.isEmpty();
        }
        char c = glob.charAt(0);
        if (c == '*') {
            for (int skip = 0; skip <= name.length(); skip++) {
                if (name(glob.substring(1), name.substring(skip))) {
                    return true;
                }
            }
            return false;
        }
        if (name.isEmpty()) {
            return false;
        }
        if (c == '?') {
            return wide(glob.substring(1), name)
                    || name.charAt(0) < 0x80 && name(glob.substring(1), name.substring(1));
        }
        if (c == '[') {
            int end = classEnd(glob, 0);
            boolean negated = glob.charAt(1) == '!' || glob.charAt(1) == '^';
            String members = glob.substring(negated ? 2 : 1, end);
            String rest = glob.substring(end + 1);
            char first = name.charAt(0);
            if (first >= 0x80) {
                return negated && wide(rest, name);
            }
            boolean inside = member(members, first);
            return inside != negated && name(rest, name.substring(1));
        }
        int literal = c == '\\' ? 1 : 0;
        return glob.charAt(literal) == name.charAt(0)
                && name(glob.substring(literal + 1), name.substring(1));
    }

    /** One character outside ASCII, or one byte of it. */
    private static boolean wide(String rest, String name) {
        if (name.charAt(0) < 0x80) {
            return false;
        }
        for (int length = 1; length <= Math.min(4, name.length()); length++) {
            byte[] raw = name.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
            String decoded = new String(raw, StandardCharsets.UTF_8);
            boolean character =
                    decoded.codePointCount(0, decoded.length()) == 1
                            && decoded.codePointAt(0) != 0xfffd;
            if ((length == 1 || character) && name(rest, name.substring(length))) {
                return true;
            }
        }
        return false;
    }

    private static boolean member(String members, char c) {
        List<Character> plain = new ArrayList<>();
        List<Boolean> dash = new ArrayList<>();
        for (int i = 0; i < members.length(); i++) {
            boolean escaped = members.charAt(i) == '\\';
            i += escaped ? 1 : 0;
            plain.add(members.charAt(i));
            dash.add(!escaped && members.charAt(i) == '-');
        }
        for (int i = 0; i < plain.size(); i++) {
            if (i + 2 < plain.size() && dash.get(i + 1)) {
                if (plain.get(i) <= c && c <= plain.get(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (plain.get(i) == c) {
                return true;
            }
        }
        return false;
    }
}
