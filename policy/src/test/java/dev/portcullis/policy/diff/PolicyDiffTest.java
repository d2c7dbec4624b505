// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Beside;
import dev.portcullis.policy.diff.PolicyDifference.FieldChange;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Lane;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyDiffTest {
    private static String policy(String name, String spec) {
        return """
        apiVersion: portcullis.dev/v1alpha1
        kind: SecurityPolicy
        metadata: {name: %s}
        spec: {%s}
        ---
        """
                .formatted(name, spec);
    }

    private static List<SourcedPolicy> parse(String file, String yaml) throws PolicyException {
        return PolicyParser.parse(file, yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static List<PolicyDifference> compare(String before, String now)
            throws PolicyException {
        return PolicyDiff.of(parse("old.yaml", before), parse("new.yaml", now));
    }

    private static List<Difference> rules(String before, String now) throws PolicyException {
        return RuleDiff.ofPart(
                parse("old.yaml", policy("web", before)), parse("new.yaml", policy("web", now)));
    }

    private static List<String> told(List<Difference> differences) {
        List<String> told = new ArrayList<>();
        for (Difference one : differences) {
            one.changes().values().stream()
                    .distinct()
                    .map(change ->
                            (change.outcome()
                                            + " "
                                            + one.verbs()
                                            + " "
                                            + one.example().text()
                                            + " "
                                            + one.doer())
                                    .strip())
                    .forEach(told::add);
        }
        return told;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    process: {rules: [{action: Block, paths: [/a, /b]}]}             | process: {rules: [{action: Block, paths: [/b]}, {action: Block, paths: [/a]}]}
                    process: {rules: [{action: Block, paths: [/bin/a]}]}             | process: {rules: [{action: Block, paths: [/usr/bin/a]}]}
                    file: {rules: [{action: Block, paths: ['/a/**']}]}               | file: {rules: [{action: Block, paths: ['/a/*', '/a/*/**']}]}
                    file: {rules: [{action: Kill, paths: [/a]}], default: Allow}     | file: {rules: [{action: Block, paths: [/a]}, {action: Kill, paths: [/a]}]}
                    network: {rules: [{action: Block, cidrs: [0.0.0.0/0, '::/0']}]}  | network: {rules: [{action: Block, cidrs: [0.0.0.0/1, 128.0.0.0/1, '::/0', '::ffff:0:0/96']}]}
                    network: {rules: [{action: Block, ports: [1-5]}]}                | severity: 3, message: x, network: {rules: [{action: Block, ports: [1-3, 4, 5]}]}
                    """)
    void anotherSpellingIsNoDifference(String before, String now) throws PolicyException {
        assertThat(compare(policy("web", before), policy("web", now))).isEmpty();
        assertThat(compare(policy("web", before), policy("other", now))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    process: {default: Block}                                  | mode: Enforce                                             | allowed [EXEC] /a
                    mode: Enforce                                              | process: {default: Kill}                                  | refused and killed [EXEC] /a
                    file: {rules: [{action: Block, paths: [/a]}]}              | file: {rules: [{action: Block, paths: [/a, '/*z']}]}      | refused [OPEN, WRITE] /z
                    file: {rules: [{action: Kill, paths: ['/x?/**']}]}         | file: {rules: [{action: Block, paths: ['/x?/**']}]}       | refused, but no longer killed [OPEN, WRITE] /xa/a
                    file: {rules: [{action: Audit, paths: ['memfd:*b']}]}      | mode: Enforce                                             | silent [OPEN, WRITE] memfd:b
                    file: {rules: [{action: Audit, paths: [/]}]}               | file: {rules: [{action: Audit, paths: ['/*']}]}           | silent [OPEN, WRITE] /
                    network: {rules: [{action: Block, ports: [53]}]}           | network: {rules: [{action: Block, ports: [53], protocols: [TCP]}]} | allowed [CONNECT] udp 10.0.0.0:53
                    mode: Enforce                                              | network: {rules: [{action: Audit, protocols: [ICMP]}]}    | reported [CONNECT] icmp 10.0.0.0
                    network: {rules: [{action: Block, cidrs: ['::/0']}]}       | network: {rules: [{action: Block, cidrs: ['::/1']}]}      | allowed [CONNECT] tcp [fd00::]:80
                    """)
    void theShortestExampleIsTold(String before, String now, String expected)
            throws PolicyException {
        assertThat(told(rules(before, now))).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    file: {rules: [{action: Block, paths: [/a]}]}                        | file: {rules: [{action: Block, paths: [/a], from: [/bin/sh, /x]}]}   | allowed [OPEN, WRITE] /a
                    file: {rules: [{action: Block, paths: [/a]}]}                        | file: {rules: [{action: Block, paths: [/a], exceptFrom: [/x]}]}      | allowed [OPEN, WRITE] /a from /x
                    file: {rules: [{action: Block, paths: [/a]}]}                        | file: {rules: [{action: Block, paths: [/a], unlessOwner: true}]}     | allowed [OPEN, WRITE] /a as owner
                    process: {rules: [{action: Allow, paths: [/a]}], default: Block}     | process: {rules: [{action: Allow, paths: [/a], exceptFrom: [/x]}], default: Block} | refused [EXEC] /a from /x
                    process: {rules: [{action: Allow, paths: [/a], from: ['/**', 'memfd:*', 'anon:*', /]}], default: Block} | process: {rules: [{action: Allow, paths: [/a]}], default: Block} | allowed [EXEC] /a from unknown
                    network: {rules: [{action: Block, ports: [80], direction: Listen}]}  | network: {}                                                          | allowed [LISTEN] tcp 0.0.0.0:80
                    network: {rules: [{action: Block, protocols: [Raw, Unix]}]}          | network: {rules: [{action: Block, protocols: [Raw]}]}                | allowed [SOCKET] Unix
                    capabilities: {default: Block}                                       | capabilities: {default: Block, rules: [{action: Allow, names: [BPF]}]} | allowed [CAPABILITY] BPF
                    system: {}                                                           | system: {rules: [{action: Kill, operations: [Kexec], from: [/x]}]}   | refused and killed [OPERATION] Kexec from /x
                    """)
    void whoFeelsADifferenceIsTold(String before, String now, String expected)
            throws PolicyException {
        assertThat(told(rules(before, now))).contains(expected);
    }

    @Test
    void subjectsThatNobodyTellsApartAreNoDifference() throws PolicyException {
        String file = "file: {rules: [{action: Block, paths: [/a], from: [%s]}]}";
        assertThat(rules(file.formatted("/x, '/y*'"), file.formatted("'/y*', /x, /yz"))).isEmpty();
        assertThat(
                        rules(
                                "system: {default: Block}",
                                "system: {rules: [{action: Block, operations: [Mount, Ptrace,"
                                        + " UserNamespace, Bpf, ModuleLoad, Kexec]}]}"))
                .allMatch(one -> one.beside() == Beside.ALLOW_RULE);
    }

    @Test
    void eachRuleThatDecidesNowIsToldByItself() throws PolicyException {
        List<Difference> differences =
                rules(
                        "process: {default: Block}",
                        "process: {default: Block, rules: [{action: Allow, paths: [/opt/a]},"
                                + " {action: Allow, paths: [/srv/b]}, {action: Allow, paths: [/opt/a]}]}");
        assertThat(told(differences))
                .containsExactly("allowed [EXEC] /opt/a", "allowed [EXEC] /srv/b");
        Change change = differences.get(1).changes().get(Lane.AUDIT);
        assertThat(change.before().by().orElseThrow().field()).isEqualTo("spec.process.default");
        assertThat(change.now().by().orElseThrow().field()).isEqualTo("spec.process.rules[1]");
        assertThat(change.now().by().orElseThrow().source()).isEqualTo("new.yaml:4");
    }

    @Test
    void anAllowThatOnlyOthersFeelIsTold() throws PolicyException {
        List<Difference> differences =
                rules("process: {rules: [{action: Allow, paths: [/a]}]}", "mode: Enforce");
        assertThat(told(differences)).containsExactly("refused [EXEC] /a");
        assertThat(differences.getFirst().beside()).isEqualTo(Beside.BLOCK_DEFAULT);
        List<SourcedPolicy> before =
                parse("f", policy("web", "process: {rules: [{action: Allow, paths: [/a]}]}"));
        assertThat(RuleDiff.ofAll(before, List.of())).isEmpty();
    }

    /** Alone it only becomes reported, and only in the audit lane. */
    @Test
    void whatOneLaneTellsAloneDoesNotHideWhatOthersFeelInTheOtherLane() throws PolicyException {
        List<Difference> differences =
                rules(
                        "process: {rules: [{action: Allow, paths: [/a]}]}",
                        "mode: Audit, process: {default: Audit}");
        assertThat(differences)
                .anySatisfy(one -> {
                    assertThat(one.beside()).isEqualTo(Beside.BLOCK_DEFAULT);
                    assertThat(one.example().text()).isEqualTo("/a");
                    assertThat(one.changes()).containsKey(Lane.ENFORCE);
                });
    }

    @Test
    void aRuleInPlaceOfADefaultIsToldWhereOthersAllow() throws PolicyException {
        List<Difference> differences =
                rules(
                        "file: {default: Block}",
                        "file: {rules: [{action: Block, paths: [/, '/**', 'memfd:*', 'anon:*']}]}");
        assertThat(differences).hasSize(1);
        assertThat(differences.getFirst().beside()).isEqualTo(Beside.ALLOW_RULE);
        assertThat(told(differences)).containsExactly("refused [OPEN, WRITE] /a");
    }

    @Test
    void aPathThatCannotBeToldIsComparedToo() throws PolicyException {
        assertThat(told(rules("mode: Enforce", "process: {rules: [{action: Block, paths: [/a]}]}")))
                .containsExactly(
                        "refused [EXEC, MAP] /a",
                        "refused [OPERATION] Mount",
                        "refused [EXEC, MAP] a file whose path cannot be told");
    }

    @Test
    void aPolicyInModeAuditDiffersInItsLaneOnly() throws PolicyException {
        List<Difference> differences =
                rules("mode: Audit", "mode: Audit, file: {rules: [{action: Kill, paths: [/a]}]}");
        assertThat(differences.getFirst().changes().keySet()).isEqualTo(Set.of(Lane.AUDIT));
    }

    @Test
    void theModeAndWhatIsSelectedAreToldByThemselves() throws PolicyException {
        String rules = ", file: {default: Block}";
        List<PolicyDifference> differences =
                compare(
                        policy("web", "podSelector: {matchLabels: {a: b, c: d}}" + rules),
                        policy(
                                "web",
                                "mode: Audit, containers: [y, x], podSelector: {matchExpressions: [{key: a,"
                                        + " operator: In, values: [b]}]}"
                                        + rules));
        assertThat(differences).hasSize(1);
        assertThat(differences.getFirst().differences()).isEmpty();
        assertThat(differences.getFirst().fields())
                .containsExactly(
                        new FieldChange("spec.containers", "all", "x, y"),
                        new FieldChange("spec.podSelector", "a in (b), c in (d)", "a in (b)"),
                        new FieldChange("spec.mode", "Enforce", "Audit"));
    }

    @Test
    void policiesThatAreNewOrGoneAreComparedWithNone() throws PolicyException {
        List<PolicyDifference> differences =
                compare(
                        policy("b", "file: {default: Block}") + policy("c", "file: {}"),
                        policy("a", "process: {default: Block}"));
        assertThat(differences)
                .extracting(one -> one.policy().policy().metadata().name())
                .containsExactly("a", "b");
        assertThat(differences.get(0).before()).isEmpty();
        assertThat(told(differences.get(1).differences())).contains("allowed [OPEN, WRITE] /a");
    }

    @Test
    void bytesThatCannotBeShownAreEscaped() throws PolicyException {
        assertThat(
                        told(
                                rules(
                                        "mode: Audit",
                                        "process: {rules: [{action: Block, paths: [\"/\\x7f\\\\\\\\é\\u202e\"]}]}")))
                .contains("refused [EXEC, MAP] /\\x7f\\\\é\\xe2\\x80\\xae");
    }
}
