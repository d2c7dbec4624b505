// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetCompilerTest {
    private static List<SourcedPolicy> parse(String file, String name, String spec)
            throws InvalidPolicyException {
        String head =
                "apiVersion: portcullis.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: "
                        + name
                        + ", namespace: shop}\nspec:\n";
        String yaml = head + spec.indent(2);
        return PolicyParser.parse(file, yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static RuleSet compile(String spec) throws PolicyException {
        return new RuleSetCompiler().compile(parse("web.yaml", "web", spec));
    }

    private static int judge(RuleSet rules, QuestionKind kind, Lane lane, String path) {
        return rules.judge(kind, lane, path.getBytes(StandardCharsets.UTF_8));
    }

    private static int judge(RuleSet rules, QuestionKind kind, String path) {
        return judge(rules, kind, Lane.ENFORCE, path);
    }

    @Test
    void aBlockedPathIsRefusedAndItsNeighbourIsNot() throws PolicyException {
        RuleSet rules =
                compile("process: {rules: [{action: Block, paths: ['/usr/bin/{curl,wget}']}]}");
        int verdict = judge(rules, QuestionKind.EXEC, "/usr/bin/curl");
        assertThat(verdict).isEqualTo(Verdict.of(Verdict.REFUSE, 0));
        assertThat(rules.rules().get(Verdict.rule(verdict)).field())
                .isEqualTo("spec.process.rules[0]");
        assertThat(rules.rules().get(Verdict.rule(verdict)).source()).isEqualTo("web.yaml:5");
        assertThat(judge(rules, QuestionKind.EXEC, "/bin/wget")).isEqualTo(verdict);
        assertThat(judge(rules, QuestionKind.EXEC, "/usr/bin/curl2")).isEqualTo(Verdict.ALLOW);
        assertThat(rules.start(QuestionKind.READ)).isEqualTo(RuleSet.NO_START);
    }

    @Test
    void whatSaysNothingNeedsNoAutomaton() throws PolicyException {
        RuleSet rules = compile("process: {rules: [{action: Allow, paths: [/x]}]}");
        assertThat(rules.size()).isEqualTo(Cell.CLASS_CELLS);
        for (QuestionKind kind : QuestionKind.values()) {
            assertThat(rules.start(kind)).isEqualTo(RuleSet.NO_START);
        }
        assertThat(new RuleSetCompiler().compile(List.of()).rules()).isEmpty();
    }

    @Test
    void aReportAloneIsReasonToAsk() throws PolicyException {
        RuleSet rules = compile("process: {default: Audit}");
        assertThat(rules.start(QuestionKind.EXEC)).isNotEqualTo(RuleSet.NO_START);
        assertThat(judge(rules, QuestionKind.EXEC, "/x")).isEqualTo(Verdict.of(Verdict.REPORT, 0));
        assertThat(rules.rules().getFirst().field()).isEqualTo("spec.process.default");
    }

    @ParameterizedTest
    @CsvSource({
        "'', true, true",
        "', access: [Read]', true, false",
        "', access: [Write]', false, true",
        "', access: [Write, Read]', true, true",
    })
    void openingForBothGetsTheStricterAnswer(String access, boolean read, boolean write)
            throws PolicyException {
        RuleSet rules =
                compile("file: {rules: [{action: Block, paths: [/a]%s}]}".formatted(access));
        assertThat(Verdict.refuses(judge(rules, QuestionKind.READ, "/a"))).isEqualTo(read);
        assertThat(Verdict.refuses(judge(rules, QuestionKind.WRITE, "/a"))).isEqualTo(write);
        assertThat(Verdict.refuses(judge(rules, QuestionKind.READ_WRITE, "/a"))).isTrue();
    }

    @Test
    void anAllowForReadingDoesNotOpenForWriting() throws PolicyException {
        RuleSet rules =
                compile(
                        "file: {default: Block, rules: [{action: Allow, paths: [/a], access: [Read]}]}");
        assertThat(judge(rules, QuestionKind.READ, "/a")).isEqualTo(Verdict.ALLOW);
        assertThat(Verdict.refuses(judge(rules, QuestionKind.WRITE, "/a"))).isTrue();
        assertThat(Verdict.refuses(judge(rules, QuestionKind.READ_WRITE, "/a"))).isTrue();
    }

    @Test
    void aDryRunRefusesInItsLaneOnly() throws PolicyException {
        List<SourcedPolicy> policies =
                new ArrayList<>(
                        parse(
                                "a.yaml",
                                "a",
                                "mode: Audit\nprocess: {rules: [{action: Kill, paths: [/x]}]}"));
        policies.addAll(
                parse("b.yaml", "b", "process: {rules: [{action: Block, paths: ['/**']}]}"));
        RuleSet rules = new RuleSetCompiler().compile(policies);
        assertThat(judge(rules, QuestionKind.EXEC, Lane.ENFORCE, "/x"))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 2));
        assertThat(judge(rules, QuestionKind.EXEC, Lane.AUDIT, "/x"))
                .isEqualTo(Verdict.of(Verdict.REFUSE | Verdict.KILL, 0));
        assertThat(rules.unresolved(QuestionKind.EXEC, Lane.ENFORCE))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 2));
        assertThat(rules.unresolved(QuestionKind.EXEC, Lane.AUDIT))
                .isEqualTo(Verdict.of(Verdict.REFUSE | Verdict.KILL, 0));
    }

    private static List<SourcedPolicy> cluster(String file, String name, String spec)
            throws InvalidPolicyException {
        String head =
                "apiVersion: portcullis.dev/v1alpha1\nkind: ClusterSecurityPolicy\nmetadata: {name: "
                        + name
                        + "}\nspec:\n";
        String yaml = head + spec.indent(2);
        return PolicyParser.parse(file, yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAllowExemptsFromTheDefaultsOfItsOwnTier() throws PolicyException {
        String allow = "process: {default: Block, rules: [{action: Allow, paths: ['%s']}]}";
        List<SourcedPolicy> policies =
                new ArrayList<>(parse("a.yaml", "a", allow.formatted("/{both,own}")));
        policies.addAll(cluster("z.yaml", "z", allow.formatted("/{both,all}")));
        RuleSet rules = new RuleSetCompiler().compile(policies);
        assertThat(rules.rules())
                .extracting(rule -> rule.qualifiedPolicy() + " " + rule.field())
                .as("the cluster's stand first")
                .containsExactly(
                        "z spec.process.rules[0]",
                        "z spec.process.default",
                        "z spec.system",
                        "shop/a spec.process.rules[0]",
                        "shop/a spec.process.default",
                        "shop/a spec.system");
        assertThat(rules.rules().getFirst().namespace()).isEmpty();
        assertThat(rules.rules().getFirst().tier()).isEqualTo(Tier.CLUSTER);
        assertThat(judge(rules, QuestionKind.EXEC, "/both")).isEqualTo(Verdict.ALLOW);
        assertThat(judge(rules, QuestionKind.EXEC, "/own"))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 1));
        assertThat(judge(rules, QuestionKind.EXEC, "/all"))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 4));
        assertThat(judge(rules, QuestionKind.EXEC, "/none"))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 1));
        assertThat(rules.unresolved(QuestionKind.EXEC, Lane.ENFORCE))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 1));
    }

    @Test
    void theTierIsPartOfTheId() throws PolicyException {
        String spec = "process: {rules: [{action: Block, paths: [/x]}]}";
        RuleSet own = new RuleSetCompiler().compile(parse("a.yaml", "a", spec));
        RuleSet all = new RuleSetCompiler().compile(cluster("a.yaml", "a", spec));
        assertThat(own.cells()).isEqualTo(all.cells());
        assertThat(own.id()).isNotEqualTo(all.id());
    }

    @Test
    void policiesOfOneNameInBothTiersAreNoTwins() throws PolicyException {
        List<SourcedPolicy> policies = new ArrayList<>(parse("a.yaml", "p", "mode: Audit"));
        policies.addAll(cluster("b.yaml", "p", "mode: Audit"));
        assertThat(new RuleSetCompiler().compile(policies).rules()).isEmpty();
        policies.addAll(cluster("c.yaml", "p", "mode: Audit"));
        assertThatThrownBy(() -> new RuleSetCompiler().compile(policies))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageContaining("second policy p, the other is b.yaml:3");
    }

    @Test
    void whatCannotBeResolvedIsRefusedWhereARuleCouldRefuse() throws PolicyException {
        RuleSet rules =
                compile(
                        """
                        file:
                          default: Kill
                          rules:
                          - {action: Audit, paths: [/a]}
                          - {action: Block, paths: [/a], access: [Write]}
                        network:
                          rules: [{action: Audit, protocols: [TCP]}]
                        """);
        int kill = Verdict.of(Verdict.REFUSE | Verdict.KILL, 2);
        assertThat(rules.unresolved(QuestionKind.READ, Lane.ENFORCE)).isEqualTo(kill);
        assertThat(rules.unresolved(QuestionKind.WRITE, Lane.ENFORCE)).isEqualTo(kill);
        assertThat(rules.unresolved(QuestionKind.EXEC, Lane.ENFORCE)).isEqualTo(Verdict.ALLOW);
        assertThat(rules.unresolved(QuestionKind.EGRESS, Lane.ENFORCE)).isEqualTo(Verdict.ALLOW);
    }

    @ParameterizedTest(name = "{0}: {1} {2} {3} refused {4}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "cidrs: [10.0.0.0/8], 6, 10.0.0.0, 80, true",
                "cidrs: [10.0.0.0/8], 6, 10.255.255.255, 80, true",
                "cidrs: [10.0.0.0/8], 6, 9.255.255.255, 80, false",
                "cidrs: [10.0.0.0/8], 6, 11.0.0.0, 80, false",
                "cidrs: [10.0.0.4/30], 17, 10.0.0.7, 0, true",
                "cidrs: [10.0.0.4/30], 17, 10.0.0.8, 0, false",
                "cidrs: [0.0.0.0/0], 6, 255.255.255.255, 1, true",
                "cidrs: [0.0.0.0/0], 6, ::1, 1, false",
                "cidrs: [\"::/0\"], 6, ::1, 1, true",
                "cidrs: [\"::/0\"], 6, 1.2.3.4, 1, false",
                "cidrs: [\"fd00::/9\"], 6, fd7f:ffff::1, 1, true",
                "cidrs: [\"fd00::/9\"], 6, fd80::, 1, false",
                "cidrs: [\"::ffff:10.0.0.0/104\"], 6, 10.9.9.9, 1, true",
                "cidrs: [\"::ffff:0:0/96\"], 6, 1.2.3.4, 1, true",
                "cidrs: [\"::ffff:0:0/96\"], 6, ::1, 1, false",
                "ports: [80], 6, 1.2.3.4, 80, true",
                "ports: [80], 6, ::1, 80, true",
                "ports: [80], 17, 1.2.3.4, 80, true",
                "ports: [80], 132, 1.2.3.4, 80, true",
                "ports: [80], 136, 1.2.3.4, 80, true",
                "ports: [80], 1, 1.2.3.4, 80, false",
                "ports: [80], 255, 1.2.3.4, 80, false",
                "ports: [80], 6, 1.2.3.4, 81, false",
                "ports: [200-300], 6, 1.2.3.4, 199, false",
                "ports: [200-300], 6, 1.2.3.4, 200, true",
                "ports: [200-300], 6, 1.2.3.4, 255, true",
                "ports: [200-300], 6, 1.2.3.4, 256, true",
                "ports: [200-300], 6, 1.2.3.4, 300, true",
                "ports: [200-300], 6, 1.2.3.4, 301, false",
                "ports: [0-65535], 6, 1.2.3.4, 0, true",
                "ports: [0-65535], 6, 1.2.3.4, 65535, true",
                "protocols: [TCP], 6, ::1, 9, true",
                "protocols: [TCP], 17, ::1, 9, false",
                "protocols: [ICMP], 1, 1.2.3.4, 0, true",
                "protocols: [ICMP], 58, ::1, 0, true",
                "\"protocols: [UDP], ports: [53]\", 17, 1.2.3.4, 53, true",
                "\"protocols: [UDP], ports: [53]\", 6, 1.2.3.4, 53, false",
                "\"protocols: [UDP], ports: [53]\", 136, 1.2.3.4, 53, false",
            })
    void aNetworkRuleHoldsForItsPeers(
            String rule, int protocol, String address, int port, boolean refused)
            throws PolicyException, UnknownHostException {
        RuleSet rules = compile("network: {rules: [{action: Block, %s}]}".formatted(rule));
        byte[] question = EgressQuestion.of(protocol, InetAddress.getByName(address), port);
        int verdict = rules.judge(QuestionKind.EGRESS, Lane.ENFORCE, question);
        assertThat(Verdict.refuses(verdict)).isEqualTo(refused);
    }

    @Test
    void theIdTellsMeaningsApartAndFilesDoNotCount() throws PolicyException {
        String spec = "message: %s\nprocess: {rules: [{action: Block, paths: ['%s']}]}";
        RuleSetCompiler compiler = new RuleSetCompiler();
        String id = compiler.compile(parse("a.yaml", "p", spec.formatted("m", "/x"))).id();
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(compiler.compile(parse("b.yaml", "p", "\n\n" + spec.formatted("m", "/x"))).id())
                .isEqualTo(id);
        assertThat(compiler.compile(parse("a.yaml", "p", spec.formatted("m", "/[x]"))).id())
                .as("another spelling of the same pattern")
                .isEqualTo(id);
        assertThat(compiler.compile(parse("a.yaml", "p", spec.formatted("n", "/x"))).id())
                .isNotEqualTo(id);
        assertThat(compiler.compile(parse("a.yaml", "q", spec.formatted("m", "/x"))).id())
                .isNotEqualTo(id);
        assertThat(compiler.compile(parse("a.yaml", "p", spec.formatted("m", "/y"))).id())
                .isNotEqualTo(id);
    }

    @Test
    void twoPoliciesOfOneNameAreRefused() throws PolicyException {
        List<SourcedPolicy> twins = new ArrayList<>(parse("a.yaml", "p", "mode: Audit"));
        twins.addAll(parse("b.yaml", "p", "mode: Audit"));
        assertThatThrownBy(() -> new RuleSetCompiler().compile(twins))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessage(
                        "b.yaml:3:1: metadata.name: second policy shop/p, the other is a.yaml:3;"
                                + " give each its own name");
    }

    @Test
    void aThousandPatternsAtAnyDepthFit() throws PolicyException {
        StringBuilder spec = new StringBuilder("file:\n  rules:\n");
        for (int i = 0; i < 1000; i++) {
            spec.append("  - {action: Block, paths: ['/**/name%d.txt']}\n".formatted(i));
        }
        RuleSet rules = compile(spec.toString());
        int verdict = judge(rules, QuestionKind.WRITE, "/a/b/name777.txt");
        assertThat(Verdict.rule(verdict)).isEqualTo(777);
        assertThat(judge(rules, QuestionKind.WRITE, "/a/name777.txt/b")).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void nestedBracesDoNotBlowUp() throws PolicyException {
        RuleSet rules =
                compile(
                        "process: {rules: [{action: Block, paths: ['/%s']}]}"
                                .formatted("{a,b}".repeat(400)));
        String path = "/" + "ab".repeat(200);
        assertThat(Verdict.refuses(judge(rules, QuestionKind.EXEC, path))).isTrue();
        assertThat(Verdict.refuses(judge(rules, QuestionKind.EXEC, path + "a"))).isFalse();
    }

    @Test
    void whatGrowsOverTheBudgetIsRefusedAndNamed() {
        String spec =
                """
                process:
                  rules:
                  - {action: Block, paths: [/usr/bin/curl]}
                  - {action: Block, paths: ['/*a%s']}
                """
                        .formatted("?".repeat(30));
        PolicyTooComplexException e =
                catchThrowableOfType(PolicyTooComplexException.class, () -> compile(spec));
        assertThat(e.rules().getFirst())
                .extracting(RuleInfo::field)
                .isEqualTo("spec.process.rules[1]");
        assertThat(e).hasMessageContaining("shop/web spec.process.rules[1] (web.yaml:8)");
    }

    @Test
    void theBudgetOfCellsIsTheCallers() throws PolicyException {
        List<SourcedPolicy> policies =
                parse("a.yaml", "p", "process: {rules: [{action: Block, paths: [/usr/bin/curl]}]}");
        int size = new RuleSetCompiler().compile(policies).size();
        assertThat(new RuleSetCompiler(size).compile(policies).size()).isEqualTo(size);
        assertThatThrownBy(() -> new RuleSetCompiler(size - 1).compile(policies))
                .isInstanceOf(PolicyTooComplexException.class)
                .hasMessageContaining("at most " + (size - 1));
    }
}
