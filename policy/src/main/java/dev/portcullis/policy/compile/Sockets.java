// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.policy.ruleset.NumberQuestion;
import java.util.List;
import java.util.stream.Stream;

/**
 * What network rules name beside Egress. The default of a network section speaks of Egress, and of
 * the rest only where a rule of that section names it: so a policy that refuses all peers by
 * default does not silence every unix socket too.
 */
final class Sockets {
    private Sockets() {}

    /** The sorts of sockets that a rule names, as bytes of {@link NumberQuestion}. */
    static List<Integer> namedBy(NetworkRule rule) {
        return rule.protocols().stream()
                .filter(Protocol::isSocket)
                .map(NumberQuestion::of)
                .toList();
    }

    /** Those that any rule of a network section names. */
    static List<Integer> namedIn(Section<?> section) {
        return section.rules().stream()
                .flatMap(rule ->
                        rule instanceof NetworkRule network
                                ? namedBy(network).stream()
                                : Stream.empty())
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether a rule speaks of peers or local addresses, and not of making sockets alone. */
    static boolean speaksOfAddresses(NetworkRule rule) {
        return rule.protocols().isEmpty()
                || rule.protocols().stream().anyMatch(protocol -> !protocol.isSocket());
    }

    /** Whether any rule of a network section speaks of listening. */
    static boolean listensIn(Section<?> section) {
        return section.rules().stream()
                .anyMatch(rule ->
                        rule instanceof NetworkRule network
                                && network.direction() == Direction.LISTEN);
    }
}
