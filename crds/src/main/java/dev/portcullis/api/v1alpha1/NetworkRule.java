// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;
import java.util.Set;

/**
 * A rule about IPv4 and IPv6 peers. An empty list does not restrict; at least one is not empty.
 *
 * @param action what becomes of the operation
 * @param direction which way it goes
 * @param cidrs networks such as {@code 10.0.0.0/8} or {@code fd00::/8}; empty is every address of
 *     both families
 * @param ports ports and ranges of the peer, such as {@code 80} or {@code 1-79}; empty is every
 *     port, also where the protocol has none
 * @param protocols empty is every protocol, or every one that has ports if ports are named
 */
public record NetworkRule(
        Action action,
        Direction direction,
        List<String> cidrs,
        List<String> ports,
        Set<Protocol> protocols)
        implements Rule {
    public NetworkRule {
        cidrs = List.copyOf(cidrs);
        ports = List.copyOf(ports);
        protocols = Set.copyOf(protocols);
    }
}
