// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Peer;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.pattern.Cidr;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.PortRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Reads the rules of each section. A rule with a problem is still given, with what was right. */
final class RuleReader {
    private static final String PATH = "[/etc/shadow]";
    private static final String SUBJECT = "[/usr/bin/passwd]";
    private static final String NETWORK = "[10.0.0.0/8]";

    private final Values values;
    private final Lists lists;

    RuleReader(Values values, Lists lists) {
        this.values = values;
        this.lists = lists;
    }

    ProcessRule process(MappingNode node, String path) {
        Fields fields = fields(node, path, "paths", "except", "unlessOwner");
        return new ProcessRule(
                action(fields),
                paths(fields),
                lists.patterns(fields, "except", PATH, Glob::parse),
                from(fields),
                exceptFrom(fields),
                unlessOwner(fields));
    }

    FileRule file(MappingNode node, String path) {
        Fields fields = fields(node, path, "paths", "except", "access", "unlessOwner");
        List<Access> access = lists.named(fields, "access", Access.class);
        return new FileRule(
                action(fields),
                paths(fields),
                lists.patterns(fields, "except", PATH, Glob::parse),
                access.isEmpty() ? FileRule.EVERY_ACCESS : Set.copyOf(access),
                from(fields),
                exceptFrom(fields),
                unlessOwner(fields));
    }

    NetworkRule network(MappingNode node, String path) {
        Fields fields =
                fields(node, path, "direction", "peers", "cidrs", "except", "ports", "protocols");
        Direction direction =
                fields.get("direction")
                        .flatMap(value ->
                                values.named(value, fields.field("direction"), Direction.class))
                        .orElse(Direction.EGRESS);
        List<Protocol> protocols = lists.named(fields, "protocols", Protocol.class);
        checkNetwork(fields, direction, protocols);
        return new NetworkRule(
                action(fields),
                direction,
                lists.named(fields, "peers", Peer.class),
                lists.patterns(fields, "cidrs", NETWORK, Cidr::parse),
                lists.patterns(fields, "except", NETWORK, Cidr::parse),
                lists.patterns(fields, "ports", "[80]", PortRange::parse),
                protocols,
                from(fields),
                exceptFrom(fields));
    }

    CapabilityRule capability(MappingNode node, String path) {
        Fields fields = fields(node, path, "names");
        fields.required("names", "names: [NET_RAW]");
        return new CapabilityRule(
                action(fields),
                lists.named(fields, "names", Capability.class),
                from(fields),
                exceptFrom(fields));
    }

    SystemRule system(MappingNode node, String path) {
        Fields fields = fields(node, path, "operations");
        fields.required("operations", "operations: [Mount]");
        return new SystemRule(
                action(fields),
                lists.named(fields, "operations", SystemOperation.class),
                from(fields),
                exceptFrom(fields));
    }

    /** What crosses the fields of a network rule; the resource definitions say it in CEL. */
    private static void checkNetwork(Fields fields, Direction direction, List<Protocol> protocols) {
        List<String> addresses =
                Stream.of("peers", "cidrs", "except", "ports").filter(fields::has).toList();
        if (addresses.isEmpty() && !fields.has("protocols")) {
            fields.problem(
                    "rule names no peer; write at least one of peers, cidrs, except, ports or"
                            + " protocols");
        }
        if (fields.has("ports") && protocols.contains(Protocol.ICMP)) {
            fields.problem("ICMP has no ports; write a rule of its own for ICMP");
        }
        if (protocols.stream().anyMatch(Protocol::isSocket)) {
            if (!addresses.isEmpty()) {
                fields.problem(
                        "Raw, Packet, Unix and Netlink have no addresses and ports here; write a"
                                + " rule of its own for them");
            }
            if (direction == Direction.LISTEN) {
                fields.problem(
                        "Raw, Packet, Unix and Netlink are judged when the socket is made; leave"
                                + " out direction");
            }
        }
    }

    /** The fields of a rule: those that every rule has, and some more. */
    private Fields fields(MappingNode node, String path, String... own) {
        return new Fields(
                values,
                node,
                path,
                Stream.concat(
                                Stream.of("action"),
                                Stream.concat(Stream.of(own), Stream.of("from", "exceptFrom")))
                        .toList());
    }

    private Action action(Fields fields) {
        return fields.required("action", "Allow, Audit, Block or Kill")
                .flatMap(value -> values.named(value, fields.field("action"), Action.class))
                .orElse(Action.BLOCK);
    }

    private List<String> paths(Fields fields) {
        if (!fields.has("paths")) {
            fields.problem("rule names no path; write paths: " + PATH);
        }
        return lists.patterns(fields, "paths", PATH, Glob::parse);
    }

    private List<String> from(Fields fields) {
        return lists.patterns(fields, "from", SUBJECT, Glob::parse);
    }

    private List<String> exceptFrom(Fields fields) {
        return lists.patterns(fields, "exceptFrom", SUBJECT, Glob::parse);
    }

    private boolean unlessOwner(Fields fields) {
        return fields.get("unlessOwner")
                .flatMap(value -> values.bool(value, fields.field("unlessOwner")))
                .orElse(false);
    }
}
