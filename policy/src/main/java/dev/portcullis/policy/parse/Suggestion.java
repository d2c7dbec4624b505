// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Guesses what was meant. */
final class Suggestion {
    private static final int MAX_LENGTH = 40;

    private Suggestion() {}

    /** The second half of a message about a word that is none of the known ones. */
    static String of(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate ->
                        distance(word, candidate) <= allowed(candidate)
                                || isPrefixed(word, candidate))
                .min(
                        Comparator.comparingInt((String candidate) -> distance(word, candidate))
                                .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> "did you mean \"" + candidate + "\"?")
                .orElseGet(() -> "use " + list(known));
    }

    /** {@code a, b or c}, in their own order. */
    static String list(Collection<String> words) {
        List<String> all = List.copyOf(words);
        return all.size() == 1
                ? all.getFirst()
                : String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.getLast();
    }

    /** As in CAP_NET_RAW, which is not near NET_RAW by its letters. */
    private static boolean isPrefixed(String word, String candidate) {
        return word.toLowerCase(Locale.ROOT).endsWith("_" + candidate.toLowerCase(Locale.ROOT));
    }

    private static int allowed(String candidate) {
        return Math.max(1, candidate.length() / 3);
    }

    /** Edit distance without regard to case; words of any length cost bounded time. */
    private static int distance(String word, String candidate) {
        if (word.length() > MAX_LENGTH) {
            return Integer.MAX_VALUE;
        }
        String a = word.toLowerCase(Locale.ROOT);
        String b = candidate.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
