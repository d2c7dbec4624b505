// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
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
@JsonClassDescription(
        "Which IPv4 and IPv6 peers may be reached. A rule names at least one of cidrs, ports and"
                + " protocols; what it leaves out does not restrict it. Of the rules that match, the"
                + " strictest counts: Kill, then Block, then Allow, then the default; Audit only adds"
                + " a report. Example: {action: Block, cidrs: [169.254.169.254/32], protocols: [TCP],"
                + " ports: [80]}")
public record NetworkRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @JsonPropertyDescription(
                        "Egress, also if left out: connecting, and sending without a connection. It is"
                                + " judged on the peer that the program asks for, before any"
                                + " translation of a service's address.")
                Direction direction,
        @JsonPropertyDescription(
                        "Networks of either family, always with a prefix length: 10.0.0.0/8,"
                                + " fd00::/8, 169.254.169.254/32. Without cidrs every address is"
                                + " meant.")
                @Size(min = 1)
                List<@Pattern(Syntax.CIDR) @Size(max = Syntax.MAX_CIDR) String> cidrs,
        @JsonPropertyDescription(
                        "Ports of the peer and ranges of them: 80, \"1-79\". They match only where the"
                                + " protocol has ports. Without ports every port is meant.")
                @Size(min = 1)
                List<String> ports,
        @JsonPropertyDescription(
                        "TCP, UDP, SCTP, or ICMP of either family, which has no ports. Without"
                                + " protocols every one is meant, or with ports every one that has"
                                + " ports.")
                @Size(min = 1)
                Set<Protocol> protocols)
        implements Rule {
    public NetworkRule {
        cidrs = List.copyOf(cidrs);
        ports = List.copyOf(ports);
        protocols = Set.copyOf(protocols);
    }
}
