// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports of a peer.
 *
 * @param first 0 to 65535
 * @param last 0 to 65535, not below {@code first}
 */
public record PortRange(int first, int last) {
    /** The highest port. */
    public static final int MAX = 65535;

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    /**
     * Parses {@code 80} or {@code 1-79}.
     *
     * @throws PatternException if it is neither
     */
    public static PortRange parse(String text) throws PatternException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new PatternException(
                    "\"" + text + "\" is no port; write 80, or a range such as 1-79");
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first > MAX || last > MAX) {
            throw new PatternException("port " + Math.max(first, last) + "; the highest is " + MAX);
        }
        if (last < first) {
            throw new PatternException(
                    "range %d-%d runs backwards; write %d-%d".formatted(first, last, last, first));
        }
        return new PortRange(first, last);
    }
}
