// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.parse.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinterTest {
    private static List<Warning> lint(String spec) throws PolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: web}
                spec:
                """
                        + spec.indent(2);
        return Linter.lint(
                PolicyParser.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8)).getFirst());
    }

    private static Arguments process(String rules, String field, String message) {
        return Arguments.of("process: {rules: [" + rules + "]}", "spec.process." + field, message);
    }

    private static Arguments byDefault(String rules, String field, String message) {
        return Arguments.of(
                "process: {default: Block, rules: [" + rules + "]}",
                "spec.process." + field,
                message);
    }

    private static Arguments network(String rules, String field, String message) {
        return Arguments.of("network: {rules: [" + rules + "]}", "spec.network." + field, message);
    }

    static Stream<Arguments> oddities() {
        return Stream.of(
                Arguments.of("mode: Audit", "spec", "no rule and no default"),
                Arguments.of("process: {default: Allow}", "spec", "no rule and no default"),
                process("{action: Block, paths: ['/a/[.]/b']}", "rules[0]", "can never match"),
                Arguments.of(
                        "process: {default: Block}\nsystem: {rules: [{action: Allow, operations: [Mount]}]}",
                        "spec.system.rules[0]",
                        "by mounting, tasks can give files other paths"),
                process("{action: Block, paths: [/x, '/[.][.]']}", "rules[0].paths[1]", "never"),
                process(
                        "{action: Block, paths: [/%s]}".formatted("a".repeat(256)),
                        "rules[0].paths[0]",
                        "a name has at most 255 bytes"),
                process(
                        "{action: Block, paths: ['/%s{a,bb}*?']}".formatted("a".repeat(254)),
                        "rules[0].paths[0]",
                        "a name has at most 255 bytes"),
                process(
                        "{action: Block, paths: [/tmp/x]}, {action: Block, paths: [/tmp/**]}",
                        "rules[0]",
                        "has no effect: covered by spec.process.rules[1] (Block, line 5)"),
                process(
                        "{action: Kill, paths: [/tmp/**]}, {action: Block, paths: [/tmp/x]}",
                        "rules[1]",
                        "covered by spec.process.rules[0] (Kill, line 5)"),
                process(
                        "{action: Block, paths: [/a]}, {action: Block, paths: [/a]}",
                        "rules[1]",
                        "covered by spec.process.rules[0] (Block"),
                process(
                        "{action: Block, paths: [/a]}, {action: Block, paths: [/b]},"
                                + " {action: Block, paths: ['/[ab]']}",
                        "rules[2]",
                        "covered by spec.process.rules[0] (Block, line 5), covered by"
                                + " spec.process.rules[1] (Block, line 5)"),
                process(
                        "{action: Block, paths: [/bin/x, /usr/bin/x]}",
                        "rules[0].paths[1]",
                        "covered by spec.process.rules[0].paths[0] on line 5"),
                process(
                        "{action: Block, paths: [/a, /b]}, {action: Kill, paths: [/b, /c]}",
                        "rules[0].paths[1]",
                        "covered by spec.process.rules[1] (Kill"),
                process(
                        "{action: Audit, paths: [/a]}, {action: Block, paths: [/a]}",
                        "rules[0]",
                        "has no effect: covered by spec.process.rules[1] (Block"),
                process(
                        "{action: Allow, paths: [/a]}",
                        "rules[0]",
                        "allows nothing more: nothing in this policy refuses or reports it anyway"),
                byDefault(
                        "{action: Allow, paths: [/a]}, {action: Kill, paths: ['/**']}",
                        "rules[0]",
                        "allows nothing more: refused all the same by spec.process.rules[1] (Kill"),
                byDefault(
                        "{action: Allow, paths: [/a, /b]}, {action: Block, paths: [/b]}",
                        "rules[0].paths[1]",
                        "refused all the same by spec.process.rules[1] (Block"),
                byDefault(
                        "{action: Allow, paths: ['/**']}, {action: Allow, paths: [/b]}",
                        "rules[1]",
                        "allows nothing more: covered by spec.process.rules[0] (Allow"),
                Arguments.of(
                        "file: {default: Block, rules: [{action: Block, paths: [/a]}]}",
                        "spec.file.rules[0]",
                        "has no effect: covered by spec.file.default (Block, line 5)"),
                byDefault(
                        "{action: Audit, paths: [/a]}",
                        "rules[0]",
                        "has no effect: covered by spec.process.default (Block"),
                Arguments.of(
                        "file: {rules: [{action: Block, paths: [/a], access: [Write]},"
                                + " {action: Block, paths: [/a]}]}",
                        "spec.file.rules[0]",
                        "covered by spec.file.rules[1] (Block"),
                network(
                        "{action: Block, cidrs: [10.1.0.0/16]}, {action: Block, cidrs: [10.0.0.0/8]}",
                        "rules[0]",
                        "covered by spec.network.rules[1] (Block"),
                network(
                        "{action: Block, protocols: [TCP]}, {action: Block, ports: [0-65535]}",
                        "rules[0]",
                        "covered by spec.network.rules[1] (Block"),
                network(
                        "{action: Block, cidrs: [0.0.0.0/0, '::/0']}, {action: Block, protocols:"
                                + " [ICMP]}",
                        "rules[1]",
                        "covered by spec.network.rules[0] (Block"),
                process(
                        "{action: Block, paths: [/bin/sh]}",
                        "rules[0].paths[0]",
                        "/bin/sh is a link in most images"),
                process(
                        "{action: Block, paths: [/usr/bin/python3]}",
                        "rules[0].paths[0]",
                        "name that too, such as /bin/python3.*"),
                process(
                        "{action: Block, paths: [/a], except: [/b]}",
                        "rules[0].except[0]",
                        "leaves nothing out"),
                process(
                        "{action: Block, paths: ['/a/**'], except: ['/a/b/**']}, {action: Block,"
                                + " paths: ['/a/b/**']}, {action: Block, paths: ['/a/**']}",
                        "rules[2]",
                        "covered by spec.process.rules[0] (Block, line 5), covered by"
                                + " spec.process.rules[1] (Block"),
                network(
                        "{action: Block, cidrs: [10.0.0.0/8], except: [11.0.0.0/8]}",
                        "rules[0].except[0]",
                        "leaves nothing out"),
                network(
                        "{action: Block, cidrs: [127.0.0.1/32]}, {action: Block, peers:"
                                + " [Loopback]}",
                        "rules[0]",
                        "covered by spec.network.rules[1] (Block"),
                byDefault(
                        "{action: Allow, paths: [/start.sh]}",
                        "rules[0].paths[0]",
                        "is a script, and its interpreter may not be executed"),
                Arguments.of(
                        "file: {default: Block, rules: [{action: Allow, paths: [/a]}]}",
                        "spec.file.default",
                        "no loader of shared libraries"),
                Arguments.of(
                        "process: {default: Audit, rules: [{action: Allow, paths: [/app]}]}\n"
                                + "file: {rules: [{action: Block, paths: [/app]}]}",
                        "spec.process.rules[0].paths[0]",
                        "may be executed and not be read"),
                Arguments.of(
                        "file: {rules: [{action: Block, paths: [/proc/self/mem]}]}",
                        "spec.file.rules[0].paths[0]",
                        "such as /proc/*/mem"));
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("oddities")
    void whatHasNoEffectIsTold(String spec, String field, String message) throws PolicyException {
        assertThat(lint(spec))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.field()).isEqualTo(field);
                    assertThat(warning.message()).contains(message);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process: {default: Block, rules: [{action: Allow, paths: [/a, '/b/**']}]}",
                "process: {default: Audit, rules: [{action: Allow, paths: [/a]}]}",
                "process: {rules: [{action: Block, paths: [/a]}, {action: Kill, paths: [/a/b]}]}",
                "process: {rules: [{action: Audit, paths: ['/**']}, {action: Block, paths: [/a]}]}",
                "process: {rules: [{action: Block, paths: [/bin/sh, /bin/dash]}]}",
                "process: {rules: [{action: Block, paths: ['/a/...']}]}",
                "process: {rules: [{action: Block, paths: ['memfd:*', 'anon:']}]}",
                "file: {rules: [{action: Block, paths: [/a], access: [Write]},"
                        + " {action: Block, paths: [/a], access: [Read]}]}",
                "file: {default: Block, rules: [{action: Allow, paths: [/a, '/lib/**'], access:"
                        + " [Read]}]}",
                "file: {default: Block}",
                "process: {rules: [{action: Block, paths: ['/a/**'], except: [/a/b]}]}",
                "process: {default: Block, rules: [{action: Allow, paths: [/a.sh, /bin/bash]}]}",
                "process: {default: Block, rules: [{action: Allow, paths: [/a.py,"
                        + " '/usr/bin/python3.*']}]}",
                "file: {rules: [{action: Block, paths: [/a], access: [Write]},"
                        + " {action: Kill, paths: [/a, /b], access: [Read]}]}",
                "network: {rules: [{action: Block, cidrs: [10.0.0.0/8]},"
                        + " {action: Block, ports: [80]}]}",
                "mode: Audit\nprocess: {rules: [{action: Block, paths: [/a]}]}",
            })
    void whatHasAnEffectIsNot(String spec) throws PolicyException {
        assertThat(lint(spec)).isEmpty();
    }

    @Test
    void aWarningIsPrintedWithItsPlace() throws PolicyException {
        assertThat(
                        lint(
                                """
                                file:
                                  rules:
                                  - action: Block
                                    paths:
                                    - /etc/**
                                    - /etc/shadow
                                """))
                .extracting(Warning::toString)
                .containsExactly(
                        "web.yaml:10: warning: spec.file.rules[0].paths[1]: has no effect: covered by"
                                + " spec.file.rules[0].paths[0] on line 9; remove it");
    }

    private static List<String> messages(String spec) throws PolicyException {
        return lint(spec).stream()
                .map(warning -> warning.field() + ": " + warning.message())
                .toList();
    }

    @Test
    void aRuleForSomeIsNotCoveredByOneForOthers() throws PolicyException {
        String rules = "process: {rules: [{action: Block, paths: [/a], %s}, {action: Block, %s}]}";
        assertThat(messages(rules.formatted("from: [/b]", "paths: [/a], from: [/c]"))).isEmpty();
        assertThat(messages(rules.formatted("from: [/b]", "paths: [/a], exceptFrom: [/c]")))
                .containsExactly(
                        "spec.process.rules[0]: has no effect: covered by spec.process.rules[1]"
                                + " (Block, line 5); remove it");
        assertThat(messages(rules.formatted("from: [/b]", "paths: [/a], unlessOwner: true")))
                .isEmpty();
        assertThat(messages(rules.formatted("unlessOwner: true", "paths: [/a]")))
                .singleElement()
                .asString()
                .contains("spec.process.rules[0]: has no effect");
    }

    @Test
    void subjectsThatCannotBeOrAreLinksAreTold() throws PolicyException {
        assertThat(
                        messages(
                                "process: {rules: [{action: Block, paths: [/a], from: ['/[.]/x',"
                                        + " /bin/sh]}]}"))
                .anyMatch(text -> text.startsWith("spec.process.rules[0].from[0]: can never match"))
                .anyMatch(text -> text.startsWith("spec.process.rules[0].from[1]: /bin/sh is a"));
    }

    @Test
    void namesAndOperationsAreLookedAtOneByOne() throws PolicyException {
        assertThat(
                        messages(
                                """
                                capabilities:
                                  rules:
                                  - {action: Block, names: [NET_RAW, BPF]}
                                  - {action: Kill, names: [BPF]}
                                system: {default: Block, rules: [{action: Block, operations: [Bpf]}]}
                                """))
                .containsExactly(
                        "spec.capabilities.rules[0].names[1]: has no effect: covered by"
                                + " spec.capabilities.rules[1] (Kill, line 8); remove it",
                        "spec.system.rules[0]: has no effect: covered by spec.system.default"
                                + " (Block, line 9); remove it");
    }

    @Test
    void aRuleThatWidensTheDefaultHasAnEffect() throws PolicyException {
        assertThat(
                        messages(
                                "network: {default: Block, rules: [{action: Block, direction:"
                                        + " Listen, ports: [80]}, {action: Block, protocols:"
                                        + " [Unix]}]}"))
                .isEmpty();
    }

    /** A default does not refuse mapping, as the rule does. */
    @Test
    void aRuleBesideADefaultThatRefusesTooHasAnEffect() throws PolicyException {
        assertThat(messages("process: {default: Block, rules: [{action: Block, paths: [/a]}]}"))
                .isEmpty();
    }
}
