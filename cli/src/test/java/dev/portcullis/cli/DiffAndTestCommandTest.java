// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that look at policies before anyone enforces them, as CI would call them. */
class DiffAndTestCommandTest {
    private static final String EXAMPLES = "../examples/";

    @RegisterExtension private final Output output = new Output();

    @TempDir private Path folder;

    private String error() {
        return output.error();
    }

    private String out() {
        return output.out();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String policy(String file, String name, String spec) throws IOException {
        return write(
                file,
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: %s}
                spec: {%s}
                """
                        .formatted(name, spec));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first.yaml", "shop.yaml"})
    void theExamplesAreGoodAndLikeThemselves(String example) {
        assertThat(Main.execute("lint", "--strict", EXAMPLES + example)).isZero();
        assertThat(Main.execute("explain", EXAMPLES + example, "--open=/etc/shadow")).isZero();
        output.forgetOut();
        assertThat(Main.execute("diff", EXAMPLES + example, EXAMPLES + example)).isZero();
        assertThat(out()).isEqualTo("no difference in meaning\n");
    }

    @Test
    void theExamplesDoWhatTheirCasesSay() {
        int status =
                Main.execute("test", EXAMPLES + "first.test.yaml", EXAMPLES + "shop.test.yaml");
        assertThat(out()).isEmpty();
        assertThat(error()).endsWith("failed: 0\n");
        assertThat(status).isZero();
    }

    @Test
    void differencesAreToldPolicyByPolicy() throws IOException {
        String old = policy("old.yaml", "web", "file: {rules: [{action: Block, paths: [/a]}]}");
        String young = policy("new.yaml", "web", "mode: Audit, file: {default: Block}");
        assertThat(Main.execute("diff", old, young)).isEqualTo(1);
        assertThat(out())
                .isEqualTo(
                        """
                        SecurityPolicy default/web
                          spec.mode was Enforce, is Audit (NEW:4)
                          becomes refused in the audit lane: read and write /b
                            before  allowed: no rule speaks of it
                            now     refused by spec.file.default of default/web (Block, NEW:4), namespace tier
                          where another policy allows it, becomes allowed in the audit lane: read and write /a
                            before  refused by spec.file.rules[0] of default/web (Block, OLD:4), namespace tier
                            now     as the other policy says
                        """
                                .replace("OLD", old)
                                .replace("NEW", young));
        assertThat(error()).isEmpty();
    }

    @Test
    void whatSelectsOnePodIsComparedTogether() throws IOException {
        String rule = "file: {rules: [{action: Block, paths: [/a]}]}";
        String old = policy("old.yaml", "one", rule);
        String young = policy("new.yaml", "two", "podSelector: {matchLabels: {a: b}}, " + rule);
        assertThat(Main.execute("diff", old, young)).isEqualTo(1);
        assertThat(out())
                .contains("SecurityPolicy default/one is gone, mode Enforce\n")
                .contains("SecurityPolicy default/two is new, mode Enforce\n");
        output.forgetOut();
        assertThat(Main.execute("diff", old, young, "--label", "a=b")).isZero();
        assertThat(out()).isEqualTo("no difference in meaning\n");
        output.forgetOut();
        assertThat(Main.execute("diff", old, young, "--label", "a=c")).isEqualTo(1);
        assertThat(out()).startsWith("becomes allowed: read and write /a\n");
    }

    @Test
    void whatCannotBeComparedIsTold() throws IOException {
        String good = policy("good.yaml", "web", "file: {}");
        String bad = policy("bad.yaml", "web", "fil: {}");
        assertThat(Main.execute("diff", good, bad)).isEqualTo(2);
        assertThat(error()).startsWith(bad + ":4:").contains("did you mean \"file\"?");
        assertThat(Main.execute("diff", good)).isEqualTo(2);
        assertThat(Main.execute("diff", good, folder.resolve("no").toString())).isEqualTo(2);
    }

    @Test
    void aCaseThatFailsIsToldWithWhatDecided() throws IOException {
        policy("web.yaml", "web", "file: {rules: [{action: Block, paths: [/a]}]}");
        String cases =
                write(
                        "web.test.yaml",
                        """
                        policies: [web.yaml]
                        tests:
                        - cases:
                          - {open: /a, expect: Block}
                          - {open: /b, expect: Kill}
                        - name: dry run
                          pod: {namespaceMode: audit}
                          cases:
                          - {write: /a, expect: WouldBlock, rule: "spec.file.rules[1]"}
                        """);
        assertThat(Main.execute("test", cases)).isEqualTo(1);
        assertThat(out())
                .isEqualTo(
                        """
                        FILE:5: read /b: expected Kill, got Allow: no rule speaks of it
                        FILE:9: dry run: write /a: expected WouldBlock by spec.file.rules[1], got WouldBlock by spec.file.rules[0] of default/web (Block, POLICY:4), namespace tier
                        """
                                .replace("FILE", cases)
                                .replace("POLICY", folder.resolve("web.yaml").toString()));
        assertThat(error()).isEqualTo("portcullis: cases: 3, failed: 2\n");
    }

    @Test
    void casesThatCannotBeRunAreTold() throws IOException {
        String cases = write("a.test.yaml", "policies: [no.yaml]\ntests: [{cases: [{}]}]\n");
        assertThat(Main.execute("test", cases)).isEqualTo(2);
        assertThat(error()).startsWith(cases + ":2:18: tests[0].cases[0]");
        output.forgetError();
        write("a.test.yaml", "policies: [no.yaml]\ntests: [{cases: [{open: /, expect: Allow}]}]\n");
        assertThat(Main.execute("test", cases)).isEqualTo(2);
        assertThat(error())
                .contains(cases + ":1: policies: " + folder.resolve("no.yaml") + " does not exist");
    }
}
