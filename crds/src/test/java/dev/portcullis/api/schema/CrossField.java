// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.schema;

import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.List;

/**
 * What crosses the fields of a rule, in CEL, which API servers know from 1.25 on. The parser says
 * the same in the same words, so that it does not matter who refuses.
 */
final class CrossField {
    private static final String HAS_SOCKETS =
            "has(self.protocols) && self.protocols.exists(p, p in ['Raw', 'Packet', 'Unix',"
                    + " 'Netlink'])";

    /** Of a network rule. */
    static final List<ValidationRule> NETWORK =
            List.of(
                    rule(
                            "has(self.peers) || has(self.cidrs) || has(self.except) ||"
                                    + " has(self.ports) || has(self.protocols)",
                            "rule names no peer; write at least one of peers, cidrs, except, ports"
                                    + " or protocols"),
                    rule(
                            "!has(self.ports) || !has(self.protocols) ||"
                                    + " !self.protocols.exists(p, p == 'ICMP')",
                            "ICMP has no ports; write a rule of its own for ICMP"),
                    rule(
                            "!("
                                    + HAS_SOCKETS
                                    + ") || !(has(self.peers) || has(self.cidrs) ||"
                                    + " has(self.except) || has(self.ports))",
                            "Raw, Packet, Unix and Netlink have no addresses and ports here; write"
                                    + " a rule of its own for them"),
                    rule(
                            "!("
                                    + HAS_SOCKETS
                                    + ") || !has(self.direction) || self.direction == 'Egress'",
                            "Raw, Packet, Unix and Netlink are judged when the socket is made;"
                                    + " leave out direction"));

    private CrossField() {}

    private static ValidationRule rule(String expression, String message) {
        return new ValidationRuleBuilder().withRule(expression).withMessage(message).build();
    }
}
