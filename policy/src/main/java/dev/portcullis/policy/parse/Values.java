// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Named;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads typed values from nodes. What has the wrong type becomes a problem and no value. */
final class Values {
    /** Aliases let few bytes stand for many nodes, so those that are read are counted. */
    private static final int MAX_NODES = 200_000;

    private static final int MAX_LISTED = 10;

    private final Problems problems;
    private final Map<String, Integer> lines = new HashMap<>();
    private int nodes;

    Values(Problems problems) {
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /** Line by field path, of the fields seen so far. */
    Map<String, Integer> lines() {
        return lines;
    }

    void sawLine(String field, Node node) {
        lines.put(field, lineOf(node));
    }

    /** From 1. */
    static int lineOf(Node node) {
        return node.getStartMark().orElseThrow().getLine() + 1;
    }

    Optional<MappingNode> mapping(Node node, String field) {
        if (node instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            return Optional.of(mapping);
        }
        return wrong(node, field, "a mapping");
    }

    boolean isEmptyList(Node node) {
        return node instanceof SequenceNode sequence
                && sequence.getTag().equals(Tag.SEQ)
                && sequence.getValue().isEmpty();
    }

    /** The items of a list; none if it is no list. */
    List<Node> list(Node node, String field) {
        if (!(node instanceof SequenceNode sequence) || !sequence.getTag().equals(Tag.SEQ)) {
            wrong(node, field, "a list");
            return List.of();
        }
        nodes += sequence.getValue().size();
        if (nodes > MAX_NODES) {
            problems.add(node, field, "more than " + MAX_NODES + " values; use fewer aliases");
            return List.of();
        }
        return sequence.getValue();
    }

    /** The items of a list that must not be empty, by their field. */
    Map<String, Node> filledList(Node node, String field, String example) {
        List<Node> items = list(node, field);
        if (isEmptyList(node)) {
            problems.add(node, field, "empty list; write " + example);
        }
        Map<String, Node> byField = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            byField.put(field + "[" + i + "]", items.get(i));
        }
        return byField;
    }

    Optional<String> string(Node node, String field) {
        if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.STR)) {
            return wrong(node, field, "a string");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(scalar.getValue())) {
            // An escape can write one; turned into bytes it would become a question mark.
            problems.add(node, field, "half of a surrogate pair; write the whole character");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    /** A string, or an integer as it is written. */
    Optional<String> stringOrInteger(Node node, String field) {
        if (node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.STR) || scalar.getTag().equals(Tag.INT))) {
            return Optional.of(scalar.getValue());
        }
        return wrong(node, field, "a string or an integer");
    }

    /** A boolean. */
    Optional<Boolean> bool(Node node, String field) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return Optional.of(Boolean.valueOf(scalar.getValue()));
        }
        return wrong(node, field, "true or false");
    }

    /** An integer in a range. */
    Optional<Integer> integer(Node node, String field, int first, int last) {
        if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.INT)) {
            return wrong(node, field, "an integer");
        }
        String digits = scalar.getValue();
        if (digits.matches("\\d{1,9}")) {
            int value = Integer.parseInt(digits);
            if (value >= first && value <= last) {
                return Optional.of(value);
            }
        }
        problems.add(
                node, field, "%s is out of range; use %d to %d".formatted(digits, first, last));
        return Optional.empty();
    }

    /** One of a few strings. */
    Optional<String> oneOf(Node node, String field, List<String> right) {
        Optional<String> text = string(node, field);
        if (text.isPresent() && !right.contains(text.get())) {
            problems.add(
                    node,
                    field,
                    "\"%s\" is no value of it; use %s"
                            .formatted(text.get(), Suggestion.list(right)));
            return Optional.empty();
        }
        return text;
    }

    /** One of the values of an enum. */
    <E extends Enum<E> & Named> Optional<E> named(Node node, String field, Class<E> type) {
        Optional<String> text = string(node, field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<String> right = new ArrayList<>();
        for (E value : type.getEnumConstants()) {
            if (value.text().equals(text.get())) {
                return Optional.of(value);
            }
            right.add(value.text());
        }
        // Of many values a list of all would hide the one that was meant.
        problems.add(
                node,
                field,
                "\"%s\" is no value of it; %s"
                        .formatted(
                                text.get(),
                                right.size() > MAX_LISTED
                                        ? Suggestion.of(text.get(), right)
                                        : "use " + Suggestion.list(right)));
        return Optional.empty();
    }

    private <T> Optional<T> wrong(Node node, String field, String expected) {
        problems.add(node, field, "found " + describe(node) + "; expected " + expected);
        return Optional.empty();
    }

    private static String describe(Node node) {
        Tag tag = node.getTag();
        String known =
                Map.of(
                                Tag.STR, "a string",
                                Tag.INT, "an integer",
                                Tag.FLOAT, "a number",
                                Tag.BOOL, "a boolean",
                                Tag.NULL, "nothing",
                                Tag.SEQ, "a list",
                                Tag.MAP, "a mapping")
                        .getOrDefault(tag, "a value with tag " + tag.getValue());
        boolean plain = Arrays.asList(Tag.INT, Tag.FLOAT, Tag.BOOL).contains(tag);
        return node instanceof ScalarNode scalar && plain
                ? known + " (" + scalar.getValue() + ")"
                : known;
    }
}
