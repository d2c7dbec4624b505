// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.policy.parse.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnenforcedTest {
    private static List<SourcedPolicy> parse(String spec) throws InvalidPolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: web}
                spec:
                  %s
                """
                        .formatted(spec);
        return PolicyParser.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "process: {rules: [{action: Block, paths: [/a], from: [/b]}]}; process.rules[0].from",
                "file: {rules: [{action: Block, paths: [/a], exceptFrom: [/b]}]};"
                        + " file.rules[0].exceptFrom",
                "file: {rules: [{action: Block, paths: [/a], unlessOwner: true}]};"
                        + " file.rules[0].unlessOwner",
                "network: {rules: [{action: Block, ports: [80], direction: Listen}]};"
                        + " network.rules[0].direction",
                "network: {rules: [{action: Block, protocols: [TCP, Unix]}]};"
                        + " network.rules[0].protocols[1]",
                "capabilities: {default: Audit}; capabilities",
                "system: {rules: [{action: Allow, operations: [Mount]}]}; system",
            })
    void whatTheKernelProgramsCannotJudgeIsRefusedWithItsPlace(String spec, String field)
            throws PolicyException {
        List<SourcedPolicy> policies = parse(spec);
        assertThat(Unenforced.of(policies.getFirst()))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.field()).isEqualTo("spec." + field);
                    assertThat(problem.message()).startsWith("this version cannot enforce");
                });
        assertThatThrownBy(() -> Unenforced.refuse(policies))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageStartingWith("web.yaml:5:1: spec.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process: {default: Block, rules: [{action: Allow, paths: ['/**'], except: [/a]}]}",
                "file: {rules: [{action: Block, paths: [/a], unlessOwner: false}]}",
                "network: {default: Block, rules: [{action: Allow, peers: [Loopback]}]}",
                "network: {rules: [{action: Block, except: [10.0.0.0/8]}]}",
                "capabilities: {default: Allow}",
            })
    void theRestIsNot(String spec) throws PolicyException {
        assertThat(Unenforced.of(parse(spec).getFirst())).isEmpty();
    }
}
