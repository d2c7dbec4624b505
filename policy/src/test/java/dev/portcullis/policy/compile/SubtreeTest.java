// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rule sets answer to renaming a directory, as the kernel program asks it. */
class SubtreeTest {
    private static RuleSet compile(String spec) throws PolicyException {
        String yaml =
                "apiVersion: portcullis.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: p, namespace: n}\nspec:\n"
                        + spec.indent(2);
        return new RuleSetCompiler()
                .compile(PolicyParser.parse("p.yaml", yaml.getBytes(StandardCharsets.UTF_8)));
    }

    /** The field of the rule that refuses, or empty. */
    private static String refusal(RuleSet rules, QuestionKind kind, String from, String to) {
        int start = rules.start(kind);
        int before = walk(rules, start, from + "/");
        if (start == RuleSet.NO_START || before == walk(rules, start, to + "/")) {
            return "";
        }
        int verdict =
                rules.judge(kind, Lane.ENFORCE, (from + "/\0").getBytes(StandardCharsets.UTF_8));
        return Verdict.refuses(verdict) ? rules.rules().get(Verdict.rule(verdict)).field() : "";
    }

    private static int walk(RuleSet rules, int start, String path) {
        int state = start;
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            state = Cell.follow(rules.cells(), state, Cell.columnOf(rules.cells(), b));
        }
        return state;
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/ssl/key, /etc, /etc2, refused",
        "/etc/ssl/key, /etc/ssl, /etc/tls, refused",
        "/etc/ssl/key, /etc/other, /etc/o, allowed",
        "/etc/ssl/key, /etc/ssl/key, /etc/ssl/k, allowed",
        "/etc/ssl/key, /new, /etc, allowed",
        "/etc/ssl/key, /new/ssl, /etc/ssl, allowed",
        "/**/key, /a, /b, allowed",
        "/**/key, /a/b, /c, allowed",
        "/**/ssl/key, /a/ssl, /a/tls, refused",
        "/**/ssl/key, /a/ssl, /b/ssl, allowed",
        "/**/ssl/key, /a, /b, allowed",
        "/srv/**/key, /srv/a, /srv/b, allowed",
        "/srv/**/key, /srv/a, /opt/a, refused",
        "/srv/**/key, /srv, /opt, refused",
        "/srv/**, /srv/a/b, /srv/b, allowed",
        "/srv/**, /srv/a, /opt/a, refused",
        "/srv/, /srv, /opt, refused",
        "/srv/, /srv/a, /srv/b, allowed",
        "/home/*/.ssh/**, /home/a, /home/b, allowed",
        "/home/*/.ssh/**, /home/a/.ssh, /home/a/.ssh2, refused",
        "/home/*/.ssh/**, /home/a/.ssh/x, /home/b/.ssh/y, allowed",
        "/home/*/.ssh/**, /home, /homes, refused",
        "'/{etc,opt}/key', /opt, /o, refused",
        "memfd:*, /a, /b, allowed",
    })
    void whatAPatternSaysOfADirectory(String pattern, String from, String to, String expected)
            throws PolicyException {
        RuleSet rules =
                compile("file: {rules: [{action: Block, paths: ['%s']}]}".formatted(pattern));
        for (QuestionKind kind : List.of(QuestionKind.READ, QuestionKind.WRITE)) {
            assertThat(refusal(rules, kind, from, to).isEmpty() ? "allowed" : "refused")
                    .isEqualTo(expected);
        }
    }

    @Test
    void theFirstRuleThatRefusesSomethingBelowIsNamed() throws PolicyException {
        RuleSet rules =
                compile(
                        """
                        file:
                          rules:
                          - {action: Block, paths: ["/**/key"]}
                          - {action: Block, paths: [/a/one], access: [Write]}
                          - {action: Block, paths: [/a/x/two]}
                          - {action: Block, paths: [/a/x/three]}
                          - {action: Audit, paths: [/b/four]}
                        """);
        assertThat(refusal(rules, QuestionKind.WRITE, "/a", "/c")).isEqualTo("spec.file.rules[1]");
        assertThat(refusal(rules, QuestionKind.READ, "/a", "/c")).isEqualTo("spec.file.rules[2]");
        assertThat(refusal(rules, QuestionKind.READ, "/a/x", "/c")).isEqualTo("spec.file.rules[2]");
        assertThat(refusal(rules, QuestionKind.READ, "/b", "/c")).isEmpty();
    }

    @Test
    void anAllowListLetsADirectoryMoveWhereAllBelowIsAllowed() throws PolicyException {
        RuleSet rules =
                compile(
                        """
                        file:
                          default: Block
                          rules:
                          - {action: Allow, paths: ["/data/**", "/tmp/*"]}
                          - {action: Allow, paths: ["/lib/**"], except: [/lib/x/y], access: [Read]}
                          - {action: Block, paths: [/data/old/key]}
                        """);
        assertThat(refusal(rules, QuestionKind.READ, "/data/a", "/data/b")).isEmpty();
        assertThat(refusal(rules, QuestionKind.READ, "/data/a", "/opt/b")).isEmpty();
        assertThat(refusal(rules, QuestionKind.READ, "/data/a", "/data/old")).isEmpty();
        assertThat(refusal(rules, QuestionKind.READ, "/data/old", "/data/a"))
                .isEqualTo("spec.file.rules[2]");
        assertThat(refusal(rules, QuestionKind.READ, "/tmp/a", "/data/a"))
                .isEqualTo("spec.file.default");
        assertThat(refusal(rules, QuestionKind.READ, "/lib/x", "/data/a"))
                .isEqualTo("spec.file.default");
        assertThat(refusal(rules, QuestionKind.READ, "/opt/a", "/opt/b")).isEmpty();
    }

    @Test
    void mountingIsRefusedWhereAPathIs() throws PolicyException {
        for (String section :
                List.of(
                        "file: {rules: [{action: Block, paths: [/x]}]}",
                        "file: {default: Kill}",
                        "process: {rules: [{action: Kill, paths: [/x]}]}",
                        "process: {default: Block}")) {
            assertThat(mount(section)).isEqualTo("spec.system");
            assertThat(mount(section + "\nsystem: {rules: [{action: Allow, operations: [Mount]}]}"))
                    .isEmpty();
            assertThat(mount(section + "\nsystem: {rules: [{action: Allow, operations: [Bpf]}]}"))
                    .isEqualTo("spec.system");
            assertThat(mount(section + "\nsystem: {default: Block}"))
                    .isEqualTo("spec.system.default");
            assertThat(mount(section + "\nsystem: {rules: [{action: Kill, operations: [Mount]}]}"))
                    .isEqualTo("spec.system.rules[0]");
        }
        for (String section :
                List.of(
                        "file: {rules: [{action: Audit, paths: [/x]}]}",
                        "process: {default: Audit}",
                        "network: {default: Block}")) {
            assertThat(mount(section)).isEmpty();
        }
    }

    private static String mount(String spec) throws PolicyException {
        RuleSet rules = compile(spec);
        byte[] ptrace = {2};
        byte[] mount = {1};
        int verdict = rules.judge(QuestionKind.OPERATION, Lane.ENFORCE, mount);
        if (!spec.contains("system: {default")) {
            assertThat(rules.judge(QuestionKind.OPERATION, Lane.ENFORCE, ptrace)).isZero();
        }
        return Verdict.refuses(verdict) ? rules.rules().get(Verdict.rule(verdict)).field() : "";
    }

    @Test
    void aRuleSetHasOneRuleMoreForMounting() throws PolicyException {
        assertThat(compile("process: {default: Block}").rules())
                .extracting(RuleInfo::field)
                .containsExactly("spec.process.default", "spec.system");
    }
}
