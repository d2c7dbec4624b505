// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The fields of one mapping, after a check of their names. */
final class Fields {
    private final Values values;
    private final Node node;
    private final String path;
    private final Map<String, Node> byName = new HashMap<>();

    /**
     * Reads the fields' names.
     *
     * @param path of the mapping, empty for the document
     * @param known names that are understood
     */
    Fields(Values values, MappingNode node, String path, List<String> known) {
        this.values = values;
        this.node = node;
        this.path = path;
        for (NodeTuple tuple : node.getValue()) {
            Node key = tuple.getKeyNode();
            Optional<String> name =
                    key instanceof ScalarNode ? values.string(key, path) : Optional.empty();
            if (name.isEmpty()) {
                if (!(key instanceof ScalarNode)) {
                    values.problems()
                            .add(
                                    key,
                                    path,
                                    "field name is no string; use " + Suggestion.list(known));
                }
                continue;
            }
            String field = field(name.get());
            if (byName.putIfAbsent(name.get(), tuple.getValueNode()) != null) {
                values.problems().add(key, field, "field given twice; remove one");
            } else if (!known.contains(name.get())) {
                values.problems()
                        .add(key, field, "unknown field; " + Suggestion.of(name.get(), known));
            } else {
                values.sawLine(field, key);
            }
        }
    }

    /** The path of one field. */
    String field(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    Optional<Node> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** A field that must be there. */
    Optional<Node> required(String name, String example) {
        if (!has(name)) {
            values.problems().add(node, field(name), "missing; write " + example);
        }
        return get(name);
    }

    /** A problem of the mapping as a whole. */
    void problem(String message) {
        values.problems().add(node, path, message);
    }
}
