// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.SourcedPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyParserTest {
    private static final String HEAD =
            """
            apiVersion: portcullis.dev/v1alpha1
            kind: SecurityPolicy
            metadata: {name: web}
            spec:
            """;

    private static List<SourcedPolicy> parse(String yaml) throws InvalidPolicyException {
        return PolicyParser.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Problem> problems(String yaml) {
        return problems(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Problem> problems(byte[] yaml) {
        return catchThrowableOfType(
                        InvalidPolicyException.class, () -> PolicyParser.parse("web.yaml", yaml))
                .problems();
    }

    @Test
    void aWholePolicyIsRead() throws InvalidPolicyException {
        SourcedPolicy sourced =
                parse(
                                """
                                apiVersion: portcullis.dev/v1alpha1
                                kind: SecurityPolicy
                                metadata: {name: web.v1, namespace: shop, labels: {team: a}}
                                spec:
                                  podSelector:
                                    matchLabels: {app: web}
                                    matchExpressions:
                                    - {key: example.com/tier, operator: In, values: [front]}
                                  containers: [nginx]
                                  mode: Audit
                                  severity: 7
                                  message: Not here.
                                  labels: {origin: audit}
                                  process:
                                    default: Audit
                                    rules:
                                    - action: Kill
                                      paths: ["/tmp/**", "memfd:*"]
                                  file:
                                    rules:
                                    - {action: Block, paths: [/etc/shadow]}
                                    - {action: Allow, paths: [/etc/**], access: [Read]}
                                  network:
                                    default: Block
                                    rules:
                                    - action: Allow
                                      cidrs: [10.0.0.0/8]
                                      ports: [80, "443", 1-79]
                                      protocols: [TCP]
                                """)
                        .getFirst();
        SecurityPolicySpec spec = sourced.policy().spec();
        assertThat(sourced.policy().metadata().name()).isEqualTo("web.v1");
        assertThat(sourced.policy().metadata().namespace()).isEqualTo("shop");
        assertThat(spec.podSelector().matches(Map.of("app", "web", "example.com/tier", "front")))
                .isTrue();
        assertThat(spec.containers()).containsExactly("nginx");
        assertThat(spec.mode()).isEqualTo(Mode.AUDIT);
        assertThat(spec.severity()).isEqualTo(7);
        assertThat(spec.message()).isEqualTo("Not here.");
        assertThat(spec.labels()).containsEntry("origin", "audit");
        assertThat(spec.process().defaultAction()).isEqualTo(Action.AUDIT);
        assertThat(spec.process().rules().getFirst().paths()).containsExactly("/tmp/**", "memfd:*");
        assertThat(spec.file().defaultAction()).isEqualTo(Action.ALLOW);
        assertThat(spec.file().rules())
                .extracting(FileRule::access)
                .containsExactly(FileRule.EVERY_ACCESS, java.util.Set.of(Access.READ));
        assertThat(spec.network().rules().getFirst().ports()).containsExactly("80", "443", "1-79");
        assertThat(spec.network().rules().getFirst().protocols()).containsExactly(Protocol.TCP);
        assertThat(sourced.source("spec.process.default")).isEqualTo("web.yaml:15");
        assertThat(sourced.source("spec.process.rules[0]")).isEqualTo("web.yaml:17");
        assertThat(sourced.source("spec.file.rules[1]")).isEqualTo("web.yaml:22");
        assertThat(sourced.source("spec.file.default")).isEqualTo("web.yaml");
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws InvalidPolicyException {
        SourcedPolicy sourced = parse(HEAD + "  containers: [a]\n").getFirst();
        SecurityPolicySpec spec = sourced.policy().spec();
        assertThat(sourced.policy().metadata().namespace()).isEqualTo("default");
        assertThat(spec.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(spec.podSelector()).isEqualTo(LabelSelector.EVERYTHING);
        assertThat(spec.severity()).isZero();
        assertThat(spec.process().rules()).isEmpty();
        assertThat(spec.network().defaultAction()).isEqualTo(Action.ALLOW);
    }

    @Test
    void aClusterPolicyHasNoNamespaceAndSelectsSome() throws InvalidPolicyException {
        String head = HEAD.replace("kind: ", "kind: Cluster");
        List<SourcedPolicy> parsed =
                parse(
                        head
                                + "  mode: Audit\n---\n"
                                + head.replace("web", "shops")
                                + "  namespaceSelector: {matchLabels: {kind: shop}}\n---\n"
                                + HEAD
                                + "  mode: Audit\n");
        assertThat(parsed)
                .extracting(one -> one.policy().metadata().qualifiedName())
                .containsExactly("web", "shops", "default/web");
        assertThat(parsed)
                .extracting(one -> one.policy().tier())
                .containsExactly(Tier.CLUSTER, Tier.CLUSTER, Tier.NAMESPACE);
        Policy everywhere = parsed.get(0).policy();
        Policy shops = parsed.get(1).policy();
        Policy own = parsed.get(2).policy();
        assertThat(everywhere.kind()).isEqualTo("ClusterSecurityPolicy");
        assertThat(everywhere.selectsNamespace("any", Map.of())).isTrue();
        assertThat(shops.selectsNamespace("any", Map.of())).isFalse();
        assertThat(shops.selectsNamespace("any", Map.of("kind", "shop"))).isTrue();
        assertThat(own.selectsNamespace("default", Map.of())).isTrue();
        assertThat(own.selectsNamespace("shop", Map.of())).isFalse();
        assertThat(everywhere.spec().mode()).isEqualTo(Mode.AUDIT);
        assertThat(parsed.get(0).withMode(Mode.ENFORCE).policy())
                .isEqualTo(everywhere.withMode(Mode.ENFORCE))
                .isNotEqualTo(everywhere);
    }

    @Test
    void aFileCanHoldManyDocumentsAndEmptyOnes() throws InvalidPolicyException {
        String one = HEAD + "  mode: Audit\n";
        assertThat(parse("---\n" + one + "---\n---\n" + one.replace("web", "db") + "...\n"))
                .extracting(policy -> policy.policy().metadata().name())
                .containsExactly("web", "db");
    }

    @Test
    void anchorsAndAByteOrderMarkAreUnderstood() throws InvalidPolicyException {
        String yaml =
                "\ufeff"
                        + HEAD
                        + "  process: {rules: [{action: Block, paths: &p [/a]}]}\n"
                        + "  file: {rules: [{action: Block, paths: *p}]}\n";
        assertThat(parse(yaml).getFirst().policy().spec().file().rules().getFirst().paths())
                .containsExactly("/a");
    }

    @Test
    void aProblemIsPrintedWithItsPlaceAndWhatWouldBeRight() {
        assertThat(problems(HEAD + "  file:\n    default: Allow\n    rule: []\n"))
                .extracting(Problem::toString)
                .containsExactly(
                        "web.yaml:7:5: spec.file.rule: unknown field; did you mean \"rules\"?");
    }

    @Test
    void allProblemsAreReportedInTheOrderOfTheText() {
        List<Problem> found =
                problems(
                        HEAD.replace("web}", "Web}")
                                + "  mode: enforce\n  process:\n    rules:\n    - {action: Deny,"
                                + " paths: [x, /ok, /a**]}\n    - {}\n");
        assertThat(found)
                .extracting(Problem::field)
                .containsExactly(
                        "metadata.name",
                        "spec.mode",
                        "spec.process.rules[0].action",
                        "spec.process.rules[0].paths[0]",
                        "spec.process.rules[0].paths[2]",
                        "spec.process.rules[1].action",
                        "spec.process.rules[1]");
    }

    private static Arguments row(String spec, int line, int column, String field, String message) {
        return Arguments.of(HEAD + spec, line, column, field, message);
    }

    private static Arguments whole(
            String yaml, int line, int column, String field, String message) {
        return Arguments.of(yaml, line, column, field, message);
    }

    private static Arguments process(String rule, int column, String field, String message) {
        String path = "spec.process.rules[0]" + field;
        return row("  process:\n    rules:\n    - " + rule, 7, column, path, message);
    }

    private static Arguments file(String rule, int column, String field, String message) {
        String path = "spec.file.rules[0]" + field;
        return row("  file:\n    rules:\n    - " + rule, 7, column, path, message);
    }

    private static Arguments section(
            String section, String rule, int column, String field, String message) {
        String path = "spec." + section + ".rules[0]" + field;
        return row("  " + section + ":\n    rules:\n    - " + rule, 7, column, path, message);
    }

    private static Arguments network(String rule, int column, String field, String message) {
        String path = "spec.network.rules[0]" + field;
        return row("  network:\n    rules:\n    - " + rule, 7, column, path, message);
    }

    static Stream<Arguments> mistakes() {
        String body = HEAD + "  mode: Audit\n";
        return Stream.of(
                whole("", 1, 1, "", "no policy in it"),
                whole("# only a comment\n", 1, 1, "", "no policy in it"),
                whole("---\n---\n", 1, 1, "", "no policy in it"),
                whole("apiVersion: v1\nkind: Namespace\n", 1, 1, "", "no policy in it"),
                whole("apiVersion: v1\nkind: Pod\n", 1, 13, "apiVersion", "is not known here"),
                whole("a: [1, 2\n", 2, 1, "", "not YAML: expected ',' or ']'"),
                whole("a: b: c\n", 1, 5, "", "not YAML: mapping values are not allowed here"),
                whole("a:\n\t- b\n", 2, 1, "", "not YAML"),
                whole("a: *nowhere\n", 1, 4, "", "not YAML: found undefined alias nowhere"),
                whole("a: \u0007\n", 1, 4, "", "not YAML: character U+0007"),
                whole("a: b\nc: \"\\UFFFFFFFF\"\n", 2, 2, "", "not YAML behind this"),
                whole("a: b\nc: \0\n", 2, 4, "", "NUL byte"),
                whole("- 1\n", 1, 1, "", "found a list; expected a mapping"),
                whole("text\n", 1, 1, "", "found a string; expected a mapping"),
                whole(body.replace("v1alpha1", "v1"), 1, 13, "apiVersion", "is not known here"),
                whole(body.replace("SecurityP", "P"), 2, 7, "kind", "write SecurityPolicy"),
                whole(body.replace("SecurityP", "P"), 2, 7, "kind", "or ClusterSecurityPolicy"),
                whole(
                        body.replace("SecurityP", "ClusterSecurityP")
                                .replace("web}", "web, namespace: shop}"),
                        3,
                        34,
                        "metadata.namespace",
                        "belongs to no namespace"),
                whole(
                        body.replace("SecurityP", "ClusterSecurityP")
                                + "  namespaceSelector: {matchLabel: {a: b}}",
                        6,
                        23,
                        "spec.namespaceSelector.matchLabel",
                        "did you mean \"matchLabels\"?"),
                whole(body.replace("kind: SecurityPolicy\n", ""), 1, 1, "kind", "missing"),
                whole(body.replace("{name: web}", "{}"), 3, 11, "metadata.name", "missing"),
                whole(body.replace("web}", "Web}"), 3, 18, "metadata.name", "is no DNS name"),
                whole(body.replace("web}", "7}"), 3, 18, "metadata.name", "an integer (7)"),
                whole(
                        body.replace("web}", "web, namespace: a.b}"),
                        3,
                        34,
                        "metadata.namespace",
                        "is no DNS label"),
                whole(
                        body.replace("web}", "web, labels: {a b: c}}"),
                        3,
                        32,
                        "metadata.labels",
                        "is no label key"),
                whole(HEAD, 4, 6, "spec", "found nothing; expected a mapping"),
                whole(body + "spec: {}\n", 6, 1, "spec", "field given twice"),
                whole(body + "status: {}\n", 6, 1, "status", "unknown field"),
                whole(body + "---\n" + body, 9, 1, "metadata.name", "the other is on line 3"),
                row("  mode: enforce", 5, 9, "spec.mode", "use Enforce or Audit"),
                row("  severity: 11", 5, 13, "spec.severity", "use 1 to 10"),
                row("  severity: 0", 5, 13, "spec.severity", "use 1 to 10"),
                row("  severity: 99999999999999", 5, 13, "spec.severity", "use 1 to 10"),
                row("  severity: high", 5, 13, "spec.severity", "expected an integer"),
                row("  message: \"\\ud800\"", 5, 12, "spec.message", "half of a surrogate"),
                row("  message: 5", 5, 12, "spec.message", "expected a string"),
                row("  containers: nginx", 5, 15, "spec.containers", "expected a list"),
                row("  containers: []", 5, 15, "spec.containers", "empty list"),
                row("  containers: [a_b]", 5, 16, "spec.containers[0]", "is no DNS label"),
                row(
                        "  namespaceSelector: {}",
                        5,
                        22,
                        "spec.namespaceSelector",
                        "write kind: ClusterSecurityPolicy"),
                row("  podselector: {}", 5, 3, "spec.podselector", "did you mean \"podSelector\"?"),
                row("  <<: {}", 5, 3, "spec.<<", "unknown field"),
                row("  ? [a]\n  : b", 5, 5, "spec", "field name is no string"),
                row("  5: b", 5, 3, "spec", "found an integer (5); expected a string"),
                row(
                        "  podSelector: {matchExpressions: [{key: a, operator: in}]}",
                        5,
                        55,
                        "spec.podSelector.matchExpressions[0].operator",
                        "use In, NotIn, Exists or DoesNotExist"),
                row(
                        "  podSelector: {matchExpressions: [{key: a, operator: In}]}",
                        5,
                        36,
                        "spec.podSelector.matchExpressions[0]",
                        "compare with values"),
                row(
                        "  podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
                        5,
                        36,
                        "spec.podSelector.matchExpressions[0]",
                        "remove values"),
                row(
                        "  process: {default: Deny}",
                        5,
                        22,
                        "spec.process.default",
                        "use Allow, Audit"),
                row("  process: {rules: {}}", 5, 20, "spec.process.rules", "expected a list"),
                row("  process: {rules: [x]}", 5, 21, "spec.process.rules[0]", "found a string"),
                process("{action: Block}", 7, "", "names no path"),
                process("{action: Block, paths: []}", 30, ".paths", "empty list"),
                process("{action: Block, paths: /a}", 30, ".paths", "expected a list"),
                process("{paths: [/a]}", 7, ".action", "missing; write Allow"),
                process("{action: Block, paths: [a]}", 31, ".paths[0]", "is not absolute"),
                process("{action: Block, paths: [/a/../b]}", 31, ".paths[0]", ". or .."),
                process("{action: Block, paths: [/a//b]}", 31, ".paths[0]", "single /"),
                process("{action: Block, paths: ['/[']}", 31, ".paths[0]", "[ without ]"),
                process("{action: Block, paths: [\"/a\\0\"]}", 31, ".paths[0]", "NUL"),
                process("{action: Block, paths: [/a, 5]}", 35, ".paths[1]", "an integer (5)"),
                process("{action: Block, paths: [!x /a]}", 31, ".paths[0]", "with tag !x"),
                process("{action: Block, path: [/a]}", 23, ".path", "did you mean \"paths\"?"),
                process("{action: Kill, paths: [/a], from: [b]}", 42, ".from[0]", "not absolute"),
                process(
                        "{action: Kill, paths: [/a], exceptFrom: []}",
                        47,
                        ".exceptFrom",
                        "empty list; write [/usr/bin/passwd]"),
                process(
                        "{action: Kill, paths: [/a], except: ['/[']}",
                        44,
                        ".except[0]",
                        "[ without"),
                process(
                        "{action: Kill, paths: [/a], unlessOwner: yes}",
                        48,
                        ".unlessOwner",
                        "found a string; expected true or false"),
                file("{action: Block, paths: [/a], access: [Exec]}", 45, ".access[0]", "Read or"),
                file("{action: Block, paths: [/a], access: []}", 44, ".access", "empty list"),
                network("{action: Block}", 7, "", "names no peer"),
                network("{action: Block, cidrs: [10.1.2.3/8]}", 31, ".cidrs[0]", "10.0.0.0/8"),
                network("{action: Block, cidrs: [x/8]}", 31, ".cidrs[0]", "is no network"),
                network("{action: Block, ports: [65536]}", 31, ".ports[0]", "highest is 65535"),
                network("{action: Block, ports: [9-1]}", 31, ".ports[0]", "write 1-9"),
                network("{action: Block, ports: [1.5]}", 31, ".ports[0]", "a number (1.5)"),
                network("{action: Block, ports: []}", 30, ".ports", "empty list"),
                network("{action: Block, protocols: [tcp]}", 35, ".protocols[0]", "use TCP, UDP"),
                network("{action: Block, protocols: [TCP, TCP]}", 40, ".protocols[1]", "twice"),
                network("{action: Block, protocols: [ICMP], ports: [1]}", 7, "", "ICMP has no"),
                network("{action: Block, peers: [Lo]}", 31, ".peers[0]", "use Loopback"),
                network("{action: Block, except: [x]}", 32, ".except[0]", "is no network"),
                network(
                        "{action: Block, protocols: [TCP, Unix], ports: [1]}",
                        7,
                        "",
                        "Unix and Netlink have no addresses"),
                network(
                        "{action: Block, protocols: [Raw], direction: Listen}",
                        7,
                        "",
                        "leave out direction"),
                section("capabilities", "{action: Block}", 7, ".names", "write names: [NET_RAW]"),
                section("capabilities", "{action: Block, names: []}", 30, ".names", "empty list"),
                section(
                        "capabilities",
                        "{action: Block, names: [CAP_NET_RAW]}",
                        31,
                        ".names[0]",
                        "did you mean \"NET_RAW\"?"),
                section(
                        "capabilities",
                        "{action: Block, names: [SYS_ADMN]}",
                        31,
                        ".names[0]",
                        "did you mean \"SYS_ADMIN\"?"),
                section(
                        "capabilities",
                        "{action: Block, names: [BPF, BPF]}",
                        36,
                        ".names[1]",
                        "twice"),
                section("system", "{action: Block}", 7, ".operations", "write operations: [Mount]"),
                section(
                        "system",
                        "{action: Block, operations: [mount]}",
                        36,
                        ".operations[0]",
                        "use Mount, Ptrace"),
                section(
                        "system",
                        "{action: Block, operations: [Bpf], paths: [/a]}",
                        42,
                        ".paths",
                        "unknown field"),
                network(
                        "{action: Block, direction: Up, ports: [1]}",
                        34,
                        ".direction",
                        "is no value of it; use Egress"));
    }

    @ParameterizedTest(name = "[{index}] {1}:{2} {3}: {4}")
    @MethodSource("mistakes")
    void aMistakeIsToldWithItsPlace(
            String yaml, int line, int column, String field, String message) {
        List<Problem> found = problems(yaml);
        assertThat(found).isNotEmpty();
        Problem problem =
                found.stream()
                        .filter(one -> one.message().contains(message))
                        .findFirst()
                        .orElse(null);
        assertThat(problem).as("%s", found).isNotNull();
        assertThat(problem.line() + ":" + problem.column() + " " + problem.field())
                .isEqualTo(line + ":" + column + " " + field);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWhereTheyStand() {
        byte[] yaml = "a: b\nc: é?\n".getBytes(StandardCharsets.UTF_8);
        yaml[yaml.length - 2] = (byte) 0xff;
        assertThat(problems(yaml))
                .containsExactly(
                        new Problem(
                                "web.yaml",
                                2,
                                5,
                                "",
                                "byte ff is not UTF-8; save the file as UTF-8"));
        assertThat(problems(new byte[] {'a', (byte) 0xc3})).isNotEmpty();
    }

    @Test
    void sizeDepthAndAliasesAreBounded() {
        assertThat(problems("a".repeat((1 << 20) + 1)).getFirst().message()).contains("larger");
        assertThat(problems("[".repeat(1_000_000)).getFirst().message()).contains("nested deeper");
        assertThat(problems("- ".repeat(500_000)).getFirst().message()).contains("nested deeper");
        assertThat(problems("a: &a x\nb: [" + "*a, ".repeat(51) + "]").getFirst().message())
                .contains("aliases");
        String rule = "{action: Block, paths: &p [" + "/a, ".repeat(16_000) + "]}";
        String uses = ", {action: Block, paths: *p}".repeat(40);
        assertThat(
                        problems(HEAD + "  process: {rules: [" + rule + uses + "]}")
                                .getFirst()
                                .message())
                .contains("use fewer aliases");
        assertThat(
                        problems(
                                        HEAD
                                                + "  process: {rules: [{action: Block, paths: ["
                                                + "/a, ".repeat(16_385)
                                                + "]}]}")
                                .getFirst()
                                .message())
                .contains("16385 items, at most 16384");
    }

    @Test
    void aNamespaceBesideThePoliciesIsSteppedOver() throws InvalidPolicyException {
        String namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n";
        assertThat(parse(namespace + HEAD + "  mode: Audit\n")).hasSize(1);
    }

    @Test
    void countlessProblemsAreCounted() {
        List<Problem> found =
                problems(
                        HEAD
                                + "  process: {rules: [{action: Block, paths: ["
                                + "x, ".repeat(500)
                                + "]}]}");
        assertThat(found).hasSize(101);
        assertThat(found.getLast().message()).startsWith("400 more problems");
    }

    @Test
    void whatAnAuthorWroteCannotForgeALine() {
        assertThat(problems(HEAD + "  \"a\\nb\\e[0m\": 1\n").getFirst().toString())
                .contains("spec.a\\u000ab\\u001b[0m")
                .doesNotContain("\n");
    }

    @Test
    void theExceptionShowsEveryProblem() {
        assertThatThrownBy(() -> parse(HEAD + "  mode: x\n  severity: y\n"))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageContaining("web.yaml:5:9: spec.mode: ")
                .hasMessageContaining("\nweb.yaml:6:13: spec.severity: ");
    }

    @Test
    void mistakesInTheSpecAreToldWhereTheRestIsMissingToo() {
        assertThatThrownBy(() ->
                        PolicyParser.parse(
                                "b.yaml",
                                "kind: SecurityPolicy\nspec: {file: {rulez: []}}\n"
                                        .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageContaining("apiVersion: missing")
                .hasMessageContaining("metadata: missing")
                .hasMessageContaining("rulez");
    }
}
