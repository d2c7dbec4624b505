// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Policies as tests write them: what stands beneath {@code spec}, from YAML to a rule set. */
final class Policies {
    private Policies() {}

    /** A whole policy in a mode, {@code Enforce} or {@code Audit}. */
    static String yaml(String mode, String spec) {
        return """
        apiVersion: portcullis.dev/v1alpha1
        kind: SecurityPolicy
        metadata: {name: test}
        spec:
          podSelector: {}
          mode: %s
        """
                        .formatted(mode)
                + spec.indent(2);
    }

    static RuleSet enforced(String spec) {
        return compile(yaml("Enforce", spec));
    }

    /** One rule that blocks files. */
    static RuleSet blocking(Path... files) {
        return enforced(
                """
                file:
                  rules:
                  - {action: Block, paths: ["%s"]}
                """
                        .formatted(
                                Stream.of(files)
                                        .map(Path::toString)
                                        .collect(Collectors.joining("\", \""))));
    }

    static RuleSet audited(String spec) {
        return compile(yaml("Audit", spec));
    }

    static RuleSet compile(String yaml) {
        try {
            return new RuleSetCompiler()
                    .compile(
                            PolicyParser.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8)));
        } catch (PolicyException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
