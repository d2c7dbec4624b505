// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import dev.portcullis.policy.pattern.Glob.Choice;
import dev.portcullis.policy.pattern.Glob.Part;
import dev.portcullis.policy.pattern.Glob.Text;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The strings that a component spells out, by alternatives without a wildcard. Alternations can
 * spell exponentially many, so the strings are never listed: they are looked for.
 */
final class Spelling {
    private final List<Part> parts;

    private Spelling(List<Part> parts) {
        this.parts = parts;
    }

    static Spelling of(List<Part> parts) {
        return new Spelling(parts);
    }

    /** Whether this is one of the strings. */
    boolean canBe(String wanted) {
        return ends(parts, Set.of(0), wanted).contains(wanted.length());
    }

    /** Whether the component matches the empty string and nothing else. */
    boolean isOnlyEmpty() {
        return onlyEmpty(parts);
    }

    private static boolean onlyEmpty(List<Part> parts) {
        return parts.stream()
                .allMatch(part ->
                        part instanceof Choice choice
                                && choice.alternatives().stream().allMatch(Spelling::onlyEmpty));
    }

    /** The offsets in {@code wanted} where the parts can end that begin at one of the starts. */
    private static Set<Integer> ends(List<Part> parts, Set<Integer> starts, String wanted) {
        Set<Integer> here = starts;
        for (Part part : parts) {
            Set<Integer> next = new TreeSet<>();
            if (part instanceof Text literal) {
                for (int start : here) {
                    if (wanted.startsWith(literal.text(), start)) {
                        next.add(start + literal.text().length());
                    }
                }
            } else if (part instanceof Choice choice) {
                for (List<Part> alternative : choice.alternatives()) {
                    next.addAll(ends(alternative, here, wanted));
                }
            }
            here = next;
        }
        return here;
    }
}
