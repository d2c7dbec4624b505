// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists of names in a message that must stay readable. */
final class Names {
    private static final int SHOWN = 5;

    private Names() {}

    /** In order: {@code a, b, c}, with {@code and 12 more} for those beyond the first few. */
    static String list(Collection<String> names) {
        String shown = names.stream().sorted().limit(SHOWN).collect(Collectors.joining(", "));
        return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
    }
}
