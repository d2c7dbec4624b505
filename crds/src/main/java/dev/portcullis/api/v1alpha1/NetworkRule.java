// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A rule about sockets. An empty list does not restrict; at least one of the first five is not
 * empty.
 *
 * @param action what becomes of the operation
 * @param direction which way it goes: whether addresses and ports are those of the peer, or local
 * @param peers addresses by a word; beside those of {@code cidrs}
 * @param cidrs networks such as {@code 10.0.0.0/8} or {@code fd00::/8}; where there are no peers
 *     either, empty is every address of both families
 * @param except networks that it does not hold for
 * @param ports ports and ranges such as {@code 80} or {@code 1-79}; empty is every port, also where
 *     the protocol has none
 * @param protocols empty is every protocol of IPv4 and IPv6, or every one that has ports if ports
 *     are named
 * @param from globs of the subjects that it holds for; empty is every subject
 * @param exceptFrom globs of subjects that it does not hold for
 */
@JsonClassDescription(
        "Which IPv4 and IPv6 peers may be reached, where one may listen, and which other sockets may"
                + " be made. A rule names at least one of peers, cidrs, except, ports and protocols;"
                + " what it leaves out does not restrict it. Of the rules that match, the strictest"
                + " counts: Kill, then Block, then Allow, then the default; Audit only adds a"
                + " report. Examples: {action: Block, cidrs: [169.254.169.254/32], protocols: [TCP],"
                + " ports: [80]} and {action: Block, direction: Listen, ports: [\"1-79\"]}")
public record NetworkRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @JsonPropertyDescription(
                        "Egress, also if left out: connecting, and sending without a connection. It is"
                                + " judged on the peer that the program asks for, before any"
                                + " translation of a service's address. Listen: binding and"
                                + " listening; cidrs and ports are the local ones then.")
                Direction direction,
        @JsonPropertyDescription(
                        "Addresses by a word, beside those of cidrs. Loopback is 127.0.0.0/8 and ::1.")
                @Size(min = 1, max = Syntax.MAX_NAMES)
                List<Peer> peers,
        @JsonPropertyDescription(
                        "Networks of either family, always with a prefix length: 10.0.0.0/8,"
                                + " fd00::/8, 169.254.169.254/32. Without cidrs and peers every"
                                + " address is meant.")
                @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.CIDR) @Size(max = Syntax.MAX_CIDR) String> cidrs,
        @JsonPropertyDescription("Networks that the rule does not hold for, as in cidrs.")
                @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.CIDR) @Size(max = Syntax.MAX_CIDR) String> except,
        @JsonPropertyDescription(
                        "Ports of the peer and ranges of them: 80, \"1-79\". They match only where the"
                                + " protocol has ports. Without ports every port is meant.")
                @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<String> ports,
        @JsonPropertyDescription(
                        "TCP, UDP, SCTP, or ICMP of either family, which has no ports. Without"
                                + " protocols every one is meant, or with ports every one that has"
                                + " ports. Raw, Packet, Unix and Netlink stand for making such a"
                                + " socket, and are meant only where they are named; a rule that"
                                + " names one has no addresses, no ports and direction Egress.")
                @Size(min = 1, max = Syntax.MAX_PROTOCOLS)
                List<Protocol> protocols,
        @JsonPropertyDescription(Syntax.FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> from,
        @JsonPropertyDescription(Syntax.EXCEPT_FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> exceptFrom)
        implements Rule {
    public NetworkRule {
        peers = List.copyOf(peers);
        cidrs = List.copyOf(cidrs);
        except = List.copyOf(except);
        ports = List.copyOf(ports);
        protocols = List.copyOf(protocols);
        from = List.copyOf(from);
        exceptFrom = List.copyOf(exceptFrom);
    }
}
