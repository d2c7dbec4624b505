// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.policy.EffectiveMode;
import dev.portcullis.policy.cases.Case;
import dev.portcullis.policy.cases.CaseFile;
import dev.portcullis.policy.cases.CaseFile.Group;
import dev.portcullis.policy.cases.CaseFile.Place;
import dev.portcullis.policy.cases.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one document as a file of cases. Once a problem was found, the result is of no use. */
final class CaseFileReader {
    private final Values values;
    private final Names names;
    private final CaseReader cases;

    CaseFileReader(Values values) {
        this.values = values;
        names = new Names(values);
        cases = new CaseReader(values);
    }

    Optional<CaseFile> read(Node document) {
        return values.mapping(document, "").map(this::file);
    }

    private CaseFile file(MappingNode node) {
        Fields fields = new Fields(values, node, "", List.of("policies", "tests"));
        List<Place> policies = new ArrayList<>();
        items(fields, "policies", "policies: [web.yaml]")
                .forEach((field, item) ->
                        values.string(item, field)
                                .ifPresent(path ->
                                        policies.add(new Place(path, Values.lineOf(item)))));
        List<Group> groups = new ArrayList<>();
        items(fields, "tests", "tests: [{cases: [{exec: /bin/a, expect: Allow}]}]")
                .forEach((field, item) ->
                        values.mapping(item, field)
                                .ifPresent(group -> groups.add(group(group, field))));
        return new CaseFile(policies, groups);
    }

    private Group group(MappingNode node, String path) {
        Fields fields = new Fields(values, node, path, List.of("name", "pod", "cases"));
        List<Case> found = new ArrayList<>();
        items(fields, "cases", "cases: [{exec: /bin/a, expect: Allow}]")
                .forEach((field, item) ->
                        values.mapping(item, field)
                                .flatMap(one -> cases.read(one, field))
                                .ifPresent(found::add));
        return new Group(
                fields.get("name")
                        .flatMap(name -> values.string(name, fields.field("name")))
                        .orElse(""),
                fields.get("pod")
                        .flatMap(pod -> values.mapping(pod, fields.field("pod")))
                        .map(pod -> pod(pod, fields.field("pod")))
                        .orElse(Pod.ANY),
                found);
    }

    private Pod pod(MappingNode node, String path) {
        Fields fields =
                new Fields(
                        values,
                        node,
                        path,
                        List.of(
                                "namespace",
                                "labels",
                                "container",
                                "namespaceLabels",
                                "namespaceMode"));
        return new Pod(
                fields.get("namespace")
                        .flatMap(name -> names.dnsLabel(name, fields.field("namespace"))),
                labels(fields, "labels"),
                fields.get("container")
                        .flatMap(name -> names.dnsLabel(name, fields.field("container"))),
                labels(fields, "namespaceLabels"),
                fields.get("namespaceMode")
                        .flatMap(mode ->
                                values.oneOf(
                                        mode,
                                        fields.field("namespaceMode"),
                                        EffectiveMode.LABELS)));
    }

    private Optional<Map<String, String>> labels(Fields fields, String name) {
        return fields.get(name).map(node -> names.labels(node, fields.field(name)));
    }

    /** The items of a list that must be there and hold something, by their field. */
    private Map<String, Node> items(Fields fields, String name, String example) {
        return fields.required(name, example)
                .map(list -> values.filledList(list, fields.field(name), example))
                .orElse(Map.of());
    }
}
