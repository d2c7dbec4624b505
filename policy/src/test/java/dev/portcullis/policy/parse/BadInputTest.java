// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Input made to hurt is refused, or taken, in bounded time and memory. */
class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Much more than it takes, as a machine may be busy with something else. */
    private static final Duration SOME_TIME = Duration.ofMinutes(2);

    private static final String HEAD =
            "apiVersion: portcullis.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: NAME}\nspec:\n";

    private static InvalidPolicyException refused(String yaml) {
        byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
        return assertTimeoutPreemptively(
                SOON,
                () ->
                        catchThrowableOfType(
                                InvalidPolicyException.class,
                                () -> PolicyParser.parse("f.yaml", bytes)));
    }

    @Test
    void tenMegabytesAreRefusedUnread() {
        assertThat(refused("# \n".repeat(3_500_000))).hasMessageContaining("larger than 1048576");
    }

    @Test
    void aBombOfAliasesIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(9))
                    .append("]\n");
        }
        assertThat(refused(bomb.toString())).hasMessageContaining("more than 50 aliases");
    }

    @Test
    void aBombOfFewAliasesIsNotUnfolded() {
        StringBuilder bomb =
                new StringBuilder(
                        HEAD + "  process:\n    rules:\n    - action: Block\n      paths:\n");
        bomb.append("      - &a0 [/x, /x]\n");
        for (int i = 1; i < 24; i++) {
            bomb.append("      - &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1));
        }
        assertThat(refused(bomb.toString())).hasMessageContaining("paths[0]: found a list");
    }

    @Test
    void anAnchorInsideItselfIsRefused() {
        assertThat(refused(HEAD + "  process: &a {rules: [*a]}\n"))
                .hasMessageContaining("spec.process.rules[0]");
        assertThat(refused("&a [*a]\n")).hasMessageContaining("expected a mapping");
    }

    @Test
    void aHundredThousandRulesInOneFileAreTooMany() {
        String rules = "    - {action: Block, paths: [/a]}\n".repeat(100_000);
        assertThat(refused(HEAD + "  process:\n    rules:\n" + rules))
                .hasMessageContaining("larger than");
    }

    @Test
    void aHundredThousandRulesInManyFilesAreCompiledInTime() throws PolicyException {
        List<SourcedPolicy> policies = new ArrayList<>();
        for (int file = 0; file < 10; file++) {
            StringBuilder yaml =
                    new StringBuilder(HEAD.replace("NAME", "p" + file) + "  file:\n    rules:\n");
            for (int rule = 0; rule < 10_000; rule++) {
                yaml.append("    - {action: Block, paths: [/data/%d/%d]}\n".formatted(file, rule));
            }
            policies.addAll(
                    PolicyParser.parse(
                            "p" + file, yaml.toString().getBytes(StandardCharsets.UTF_8)));
        }
        RuleSet rules =
                assertTimeoutPreemptively(SOME_TIME, () -> new RuleSetCompiler().compile(policies));
        int ofMounting = policies.size();
        assertThat(rules.rules()).hasSize(100_000 + ofMounting);
    }
}
