// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Named;
import dev.portcullis.policy.pattern.PatternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads lists. An empty list could mean nothing as well as everything, so it is refused; and the
 * API server takes none that is longer than {@link #MAX_ITEMS}, so that such a list is too.
 */
final class Lists {
    /** As in the resource definitions. */
    private static final int MAX_ITEMS = 16384;

    private final Values values;

    Lists(Values values) {
        this.values = values;
    }

    /** The items of a list that may be empty; none if it is no list, or too long. */
    List<Node> items(Node node, String field) {
        List<Node> items = values.list(node, field);
        if (items.size() > MAX_ITEMS) {
            values.problems()
                    .add(
                            node,
                            field,
                            "%d items, at most %d; write more rules, or more policies"
                                    .formatted(items.size(), MAX_ITEMS));
            return List.of();
        }
        return items;
    }

    /** Texts that a parser takes. */
    List<String> patterns(Fields fields, String name, String example, Check check) {
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

    /** Values of an enum, none of them twice. */
    <E extends Enum<E> & Named> List<E> named(Fields fields, String name, Class<E> type) {
        List<E> found = new ArrayList<>();
        String example = "[" + type.getEnumConstants()[0].text() + "]";
        forEach(
                fields,
                name,
                example,
                (item, field) -> {
                    Optional<E> value = values.named(item, field, type);
                    if (value.isPresent()) {
                        if (found.contains(value.get())) {
                            values.problems().add(item, field, "value given twice; remove one");
                        } else {
                            found.add(value.get());
                        }
                    }
                });
        return found;
    }

    private void forEach(Fields fields, String name, String example, Item item) {
        Optional<Node> node = fields.get(name);
        if (node.isEmpty()) {
            return;
        }
        String field = fields.field(name);
        List<Node> items = items(node.get(), field);
        if (values.isEmptyList(node.get())) {
            values.problems().add(node.get(), field, "empty list; write " + example);
        }
        for (int i = 0; i < items.size(); i++) {
            values.sawLine(field + "[" + i + "]", items.get(i));
            item.read(items.get(i), field + "[" + i + "]");
        }
    }

    /** The parser of a text, for what it refuses. */
    interface Check {
        Object parse(String text) throws PatternException;
    }

    private interface Item {
        void read(Node node, String field);
    }
}
