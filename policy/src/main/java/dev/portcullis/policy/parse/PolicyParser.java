// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.SourcedPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Parses files of SecurityPolicy and ClusterSecurityPolicy documents. */
public final class PolicyParser {
    private PolicyParser() {}

    /**
     * Parses one file.
     *
     * @param fileName how problems and events shall call it
     * @param yaml UTF-8, at most 1 MiB, one or more documents; empty documents are skipped, and
     *     Namespaces, which often stand before the policies in them
     * @return at least one policy, in the order of the file
     * @throws InvalidPolicyException with all that is wrong
     */
    public static List<SourcedPolicy> parse(String fileName, byte[] yaml)
            throws InvalidPolicyException {
        Problems problems = new Problems(fileName);
        List<SourcedPolicy> policies = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        int documents = 0;
        for (Node document : new YamlText(fileName, problems).documents(yaml)) {
            if (document.getTag().equals(Tag.NULL) || isNamespace(document)) {
                continue;
            }
            documents++;
            Values values = new Values(problems);
            Optional<Policy> policy = new PolicyReader(values).read(document);
            if (policy.isPresent()) {
                refuseTwin(policy.get().metadata(), values.lines(), seen, problems);
                policies.add(new SourcedPolicy(policy.get(), fileName, values.lines()));
            }
        }
        if (documents == 0) {
            problems.add(1, 1, "", "no policy in it; write a SecurityPolicy");
        }
        problems.throwIfAny();
        return List.copyOf(policies);
    }

    private static boolean isNamespace(Node document) {
        return document instanceof MappingNode mapping
                && says(mapping, "apiVersion", "v1")
                && says(mapping, "kind", "Namespace");
    }

    private static boolean says(MappingNode mapping, String name, String value) {
        return mapping.getValue().stream()
                .anyMatch(tuple ->
                        tuple.getKeyNode() instanceof ScalarNode key
                                && tuple.getValueNode() instanceof ScalarNode said
                                && key.getValue().equals(name)
                                && said.getValue().equals(value));
    }

    private static void refuseTwin(
            Metadata metadata,
            Map<String, Integer> lines,
            Map<String, Integer> seen,
            Problems problems) {
        String name = metadata.qualifiedName();
        int line = lines.getOrDefault("metadata.name", 1);
        Integer other = seen.putIfAbsent(name, line);
        if (other != null) {
            problems.add(
                    line,
                    1,
                    "metadata.name",
                    "second policy %s, the other is on line %d; give each its own name"
                            .formatted(name, other));
        }
    }
}
