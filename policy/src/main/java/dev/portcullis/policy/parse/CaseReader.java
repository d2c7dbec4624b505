// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.policy.cases.Case;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Operation;
import dev.portcullis.policy.explain.Outcome;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.pattern.PatternException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one case. */
final class CaseReader {
    private static final List<String> VERBS = Arrays.stream(Verb.values()).map(Verb::word).toList();
    private static final List<String> RESULTS =
            Arrays.stream(Outcome.Result.values()).map(Outcome.Result::text).toList();

    private final Values values;

    CaseReader(Values values) {
        this.values = values;
    }

    /** Empty if a problem was found. */
    Optional<Case> read(MappingNode node, String path) {
        List<String> known = new ArrayList<>(VERBS);
        known.addAll(List.of("from", "owner", "expect", "rule"));
        Fields fields = new Fields(values, node, path, known);
        Optional<Outcome.Result> expected =
                fields.required("expect", "expect: Block")
                        .flatMap(value -> values.oneOf(value, fields.field("expect"), RESULTS))
                        .map(text -> Outcome.Result.values()[RESULTS.indexOf(text)]);
        Optional<String> rule =
                fields.get("rule").flatMap(value -> values.string(value, fields.field("rule")));
        List<Verb> verbs =
                Arrays.stream(Verb.values()).filter(verb -> fields.has(verb.word())).toList();
        if (verbs.size() != 1) {
            fields.problem(
                    (verbs.isEmpty() ? "no operation" : "more than one operation")
                            + "; write one of "
                            + Suggestion.list(VERBS));
            return Optional.empty();
        }
        Optional<Operation> operation =
                doer(fields).flatMap(doer -> operation(fields, verbs.getFirst(), doer));
        return operation.isEmpty() || expected.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Case(
                                operation.get(),
                                expected.get(),
                                rule.orElse(""),
                                Values.lineOf(node)));
    }

    private Optional<Doer> doer(Fields fields) {
        boolean owner =
                fields.get("owner")
                        .flatMap(value -> values.bool(value, fields.field("owner")))
                        .orElse(false);
        Optional<Node> from = fields.get("from");
        Optional<String> path = from.flatMap(value -> values.string(value, fields.field("from")));
        try {
            return from.isPresent() && path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Doer.named(path, owner));
        } catch (PatternException e) {
            values.problems()
                    .add(from.orElseThrow(), fields.field("from"), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Operation> operation(Fields fields, Verb verb, Doer doer) {
        String field = fields.field(verb.word());
        Node node = fields.get(verb.word()).orElseThrow();
        Optional<String> object = values.string(node, field);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(verb.to(object.get(), doer));
        } catch (PatternException e) {
            values.problems().add(node, field, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
