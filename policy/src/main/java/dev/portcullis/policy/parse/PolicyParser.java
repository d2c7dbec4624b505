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
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Parses files of SecurityPolicy and ClusterSecurityPolicy documents. */
public final class PolicyParser {
    private PolicyParser() {}

    /**
     * Parses one file.
     *
     * @param fileName how problems and events shall call it
     * @param yaml UTF-8, at most 1 MiB, one or more documents; empty documents are skipped
     * @return at least one policy, in the order of the file
     * @throws InvalidPolicyException with all that is wrong
     */
    public static List<SourcedPolicy> parse(String fileName, byte[] yaml)
            throws InvalidPolicyException {
        Problems problems = new Problems(fileName);
        List<SourcedPolicy> policies = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        boolean empty = true;
        for (Node document : new YamlText(fileName, problems).documents(yaml)) {
            if (document.getTag().equals(Tag.NULL)) {
                continue;
            }
            empty = false;
            Values values = new Values(problems);
            Optional<Policy> policy = new PolicyReader(values).read(document);
            if (policy.isPresent()) {
                refuseTwin(policy.get().metadata(), values.lines(), seen, problems);
                policies.add(new SourcedPolicy(policy.get(), fileName, values.lines()));
            }
        }
        if (empty) {
            problems.add(1, 1, "", "no document; write a SecurityPolicy");
        }
        problems.throwIfAny();
        return List.copyOf(policies);
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
