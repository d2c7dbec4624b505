// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.Named;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.policy.pattern.Cidr;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.PortRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the rules of each section. A rule with a problem is still given, with what was right. */
final class RuleReader {
    private static final List<String> PROTOCOLS_LATER =
            List.of("Unix", "Netlink", "Packet", "Raw", "ICMPv6", "UDPLite", "MPTCP");
    private static final List<String> LATER =
            List.of("from", "exceptFrom", "except", "unlessOwner");
    private static final List<String> NETWORK_LATER =
            List.of("from", "exceptFrom", "except", "unlessOwner", "peers");

    private final Values values;

    RuleReader(Values values) {
        this.values = values;
    }

    ProcessRule process(MappingNode node, String path) {
        Fields fields = new Fields(values, node, path, List.of("action", "paths"), LATER);
        return new ProcessRule(action(fields), paths(fields));
    }

    FileRule file(MappingNode node, String path) {
        Fields fields = new Fields(values, node, path, List.of("action", "paths", "access"), LATER);
        Set<Access> access = named(fields, "access", Access.class, List.of());
        return new FileRule(
                action(fields), paths(fields), access.isEmpty() ? FileRule.EVERY_ACCESS : access);
    }

    NetworkRule network(MappingNode node, String path) {
        Fields fields =
                new Fields(
                        values,
                        node,
                        path,
                        List.of("action", "direction", "cidrs", "ports", "protocols"),
                        NETWORK_LATER);
        Direction direction =
                fields.get("direction")
                        .flatMap(value ->
                                values.named(
                                        value,
                                        fields.field("direction"),
                                        Direction.class,
                                        List.of("Listen")))
                        .orElse(Direction.EGRESS);
        if (!fields.has("cidrs") && !fields.has("ports") && !fields.has("protocols")) {
            fields.problem("rule names no peer; write at least one of cidrs, ports or protocols");
        }
        Set<Protocol> protocols = named(fields, "protocols", Protocol.class, PROTOCOLS_LATER);
        if (fields.has("ports") && protocols.contains(Protocol.ICMP)) {
            fields.problem("ICMP has no ports; write a rule of its own for ICMP");
        }
        return new NetworkRule(
                action(fields),
                direction,
                patterns(fields, "cidrs", "[10.0.0.0/8]", Cidr::parse),
                patterns(fields, "ports", "[80]", PortRange::parse),
                protocols);
    }

    private Action action(Fields fields) {
        return fields.required("action", "Allow, Audit, Block or Kill")
                .flatMap(value ->
                        values.named(value, fields.field("action"), Action.class, List.of()))
                .orElse(Action.BLOCK);
    }

    private List<String> paths(Fields fields) {
        if (!fields.has("paths")) {
            fields.problem("rule names no path; write paths: [/etc/shadow]");
        }
        return patterns(fields, "paths", "[/etc/shadow]", Glob::parse);
    }

    private List<String> patterns(Fields fields, String name, String example, Check check) {
        List<String> patterns = new ArrayList<>();
        forEach(
                fields,
                name,
                example,
                (item, field) -> {
                    Optional<String> text =
                            name.equals("ports")
                                    ? values.stringOrInteger(item, field)
                                    : values.string(item, field);
                    if (text.isPresent()) {
                        try {
                            check.parse(text.get());
                            patterns.add(text.get());
                        } catch (PatternException e) {
                            values.problems().add(item, field, String.valueOf(e.getMessage()));
                        }
                    }
                });
        return patterns;
    }

    private <E extends Enum<E> & Named> Set<E> named(
            Fields fields, String name, Class<E> type, List<String> later) {
        Set<E> set = EnumSet.noneOf(type);
        String example = "[" + type.getEnumConstants()[0].text() + "]";
        forEach(
                fields,
                name,
                example,
                (item, field) -> {
                    Optional<E> value = values.named(item, field, type, later);
                    if (value.isPresent() && !set.add(value.get())) {
                        values.problems().add(item, field, "value given twice; remove one");
                    }
                });
        return set;
    }

    /** An empty list could mean nothing as well as everything, so it is refused. */
    private void forEach(Fields fields, String name, String example, Item item) {
        Optional<Node> node = fields.get(name);
        if (node.isEmpty()) {
            return;
        }
        String field = fields.field(name);
        List<Node> items = values.list(node.get(), field);
        if (items.isEmpty() && values.isList(node.get())) {
            values.problems().add(node.get(), field, "empty list; write " + example);
        }
        for (int i = 0; i < items.size(); i++) {
            values.sawLine(field + "[" + i + "]", items.get(i));
            item.read(items.get(i), field + "[" + i + "]");
        }
    }

    private interface Check {
        Object parse(String text) throws PatternException;
    }

    private interface Item {
        void read(Node node, String field);
    }
}
