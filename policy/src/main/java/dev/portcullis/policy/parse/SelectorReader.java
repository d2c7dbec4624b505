// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.LabelSelector.Operator;
import dev.portcullis.api.v1alpha1.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a label selector. */
final class SelectorReader {
    private final Values values;
    private final Names names;

    SelectorReader(Values values, Names names) {
        this.values = values;
        this.names = names;
    }

    LabelSelector read(Node node, String path) {
        Optional<MappingNode> mapping = values.mapping(node, path);
        if (mapping.isEmpty()) {
            return LabelSelector.EVERYTHING;
        }
        Fields fields =
                new Fields(values, mapping.get(), path, List.of("matchLabels", "matchExpressions"));
        Map<String, String> labels =
                fields.get("matchLabels")
                        .map(value -> names.labels(value, fields.field("matchLabels")))
                        .orElse(Map.of());
        List<Requirement> requirements = new ArrayList<>();
        Optional<Node> expressions = fields.get("matchExpressions");
        if (expressions.isPresent()) {
            String field = fields.field("matchExpressions");
            List<Node> items = values.list(expressions.get(), field);
            for (int i = 0; i < items.size(); i++) {
                String item = field + "[" + i + "]";
                values.mapping(items.get(i), item)
                        .ifPresent(found -> requirements.add(requirement(found, item)));
            }
        }
        return new LabelSelector(labels, requirements);
    }

    private Requirement requirement(MappingNode node, String path) {
        Fields fields = new Fields(values, node, path, List.of("key", "operator", "values"));
        String key =
                fields.required("key", "key: app")
                        .flatMap(value -> names.labelKey(value, fields.field("key")))
                        .orElse("");
        Optional<Operator> operator =
                fields.required("operator", "In, NotIn, Exists or DoesNotExist")
                        .flatMap(value ->
                                values.named(value, fields.field("operator"), Operator.class));
        List<String> found = new ArrayList<>();
        Optional<Node> list = fields.get("values");
        if (list.isPresent()) {
            String field = fields.field("values");
            List<Node> items = values.list(list.get(), field);
            for (int i = 0; i < items.size(); i++) {
                names.labelValue(items.get(i), field + "[" + i + "]").ifPresent(found::add);
            }
        }
        boolean set =
                operator.filter(one -> one == Operator.IN || one == Operator.NOT_IN).isPresent();
        if (set && found.isEmpty()) {
            fields.problem("In and NotIn compare with values; write values: [web]");
        }
        if (operator.isPresent() && !set && !found.isEmpty()) {
            fields.problem(operator.get().text() + " compares with nothing; remove values");
        }
        return new Requirement(key, operator.orElse(Operator.EXISTS), found);
    }
}
