// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Names and labels as Kubernetes allows them. */
final class Names {
    private static final int MAX_SUBDOMAIN = 253;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*+");
    private static final Pattern WORD =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private final Values values;

    Names(Values values) {
        this.values = values;
    }

    /** A DNS label, as namespaces and containers have for a name. */
    Optional<String> dnsLabel(Node node, String field) {
        return checked(
                node,
                field,
                DNS_LABEL,
                63,
                "no DNS label; use up to 63 of a-z, 0-9 and - between letters or digits");
    }

    /** A DNS subdomain, as most objects have for a name. */
    Optional<String> dnsSubdomain(Node node, String field) {
        return checked(
                node,
                field,
                DNS_SUBDOMAIN,
                MAX_SUBDOMAIN,
                "no DNS name; use up to 253 of a-z, 0-9, - and . with letters or digits around");
    }

    /** A label's key. */
    Optional<String> labelKey(Node node, String field) {
        Optional<String> key = values.string(node, field);
        if (key.isEmpty() || isLabelKey(key.get())) {
            return key;
        }
        values.problems()
                .add(
                        node,
                        field,
                        "\"" + key.get() + "\" is no label key; write app or example.com/app");
        return Optional.empty();
    }

    /** A label's value; may be empty. */
    Optional<String> labelValue(Node node, String field) {
        Optional<String> value = values.string(node, field);
        if (value.isEmpty() || value.get().isEmpty() || WORD.matcher(value.get()).matches()) {
            return value;
        }
        values.problems()
                .add(
                        node,
                        field,
                        "\""
                                + value.get()
                                + "\" is no label value; use up to 63 of A-Z, a-z, 0-9,"
                                + " -, _ and .");
        return Optional.empty();
    }

    /** A mapping of labels. */
    Map<String, String> labels(Node node, String field) {
        Map<String, String> labels = new HashMap<>();
        Optional<MappingNode> mapping = values.mapping(node, field);
        if (mapping.isEmpty()) {
            return labels;
        }
        for (NodeTuple tuple : mapping.get().getValue()) {
            Optional<String> key = labelKey(tuple.getKeyNode(), field);
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            Optional<String> value = labelValue(tuple.getValueNode(), field + "." + name);
            if (key.isPresent() && labels.put(key.get(), value.orElse("")) != null) {
                values.problems()
                        .add(
                                tuple.getKeyNode(),
                                field + "." + name,
                                "label given twice; remove one");
            }
        }
        return labels;
    }

    private Optional<String> checked(
            Node node, String field, Pattern pattern, int length, String wrong) {
        Optional<String> name = values.string(node, field);
        if (name.isEmpty()
                || name.get().length() <= length && pattern.matcher(name.get()).matches()) {
            return name;
        }
        values.problems().add(node, field, "\"" + name.get() + "\" is " + wrong);
        return Optional.empty();
    }

    private static boolean isLabelKey(String key) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        boolean prefixed =
                slash < 0
                        || prefix.length() <= MAX_SUBDOMAIN
                                && DNS_SUBDOMAIN.matcher(prefix).matches();
        return prefixed && WORD.matcher(key.substring(slash + 1)).matches();
    }
}
