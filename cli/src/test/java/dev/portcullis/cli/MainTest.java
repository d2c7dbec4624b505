// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exit statuses and what is told with them. Nothing here gets as far as enforcement. */
class MainTest {
    /** On no BPF file system of any machine. */
    private static final String PINS = "/proc/portcullis-test";

    @RegisterExtension private final Output output = new Output();

    @TempDir private Path folder;

    private String error() {
        return output.error();
    }

    private String out() {
        return output.out();
    }

    private String policy(String spec) throws IOException {
        return Files.writeString(
                        folder.resolve("web.yaml"),
                        """
                        apiVersion: portcullis.dev/v1alpha1
                        kind: SecurityPolicy
                        metadata: {name: web}
                        spec:
                          %s
                        """
                                .formatted(spec))
                .toString();
    }

    private String goodPolicy() throws IOException {
        return policy("file: {rules: [{action: Block, paths: [/etc/shadow]}]}");
    }

    @Test
    void aBadPolicyIsToldByFileAndLine() throws IOException {
        String file = policy("file: {rules: [{action: Blok, paths: [/etc/shadow]}]}");
        assertThat(Main.execute("run", "--policy", file, "--", "true")).isEqualTo(2);
        assertThat(error()).startsWith(file + ":5:").contains("Blok", "Block");
        assertThat(out()).isEmpty();
    }

    @Test
    void aPolicyThatIsMissingIsToldByName() {
        String file = folder.resolve("no.yaml").toString();
        assertThat(Main.execute("run", "--policy", file, "--", "true")).isEqualTo(2);
        assertThat(error())
                .isEqualTo(
                        "portcullis: "
                                + file
                                + " does not exist; name a file of policies or a folder of them\n");
    }

    @Test
    void aPolicyThatSelectsSomethingElseIsTold() throws IOException {
        String file = goodPolicy();
        assertThat(Main.execute("run", "--policy", file, "--namespace", "shop", "--", "true"))
                .isEqualTo(2);
        assertThat(error())
                .contains("policy web in " + file + " does not apply")
                .contains("no policy in " + file + " applies to the command");
    }

    @Test
    void whatDescribesACommandNeedsOne() throws IOException {
        assertThat(Main.execute("run", "--policy", goodPolicy(), "--label", "app=web"))
                .isEqualTo(2);
        assertThat(error()).contains("give one after --");
    }

    @Test
    void anUnknownOptionIsTold() {
        assertThat(Main.execute("run", "--policy", "x", "--polizy")).isEqualTo(2);
        assertThat(error()).contains("--polizy");
    }

    @Test
    void anUnknownCommandIsTold() {
        assertThat(Main.execute("runn")).isEqualTo(2);
        assertThat(error()).contains("runn");
    }

    @Test
    void noCommandIsTold() {
        assertThat(Main.execute()).isEqualTo(2);
        assertThat(error()).contains("Usage: portcullis");
    }

    @Test
    void runNeedsAPolicy() {
        assertThat(Main.execute("run", "--", "true")).isEqualTo(2);
        assertThat(error()).contains("--policy");
    }

    @Test
    void optionsBehindTheCommandAreTheCommands() throws IOException {
        String file = goodPolicy();
        assertThat(Main.execute("run", "--policy", file, "--pins", PINS, "--", "true", "--polizy"))
                .isEqualTo(1);
        assertThat(error()).doesNotContain("--polizy");
    }

    @Test
    void whatIsNotPossibleHereIsToldWithItsCure() throws IOException {
        assertThat(Main.execute("run", "--policy", goodPolicy(), "--pins", PINS, "--", "true"))
                .isEqualTo(1);
        assertThat(error())
                .startsWith("portcullis: ")
                .hasLineCount(1)
                .containsAnyOf("mount -t bpf", "run as root");
        assertThat(error()).doesNotContain("Exception");
    }

    @Test
    void eventsThatCannotBeWrittenAreToldBeforeAnythingStarts() throws IOException {
        String file = folder.resolve("no/events").toString();
        assertThat(
                        Main.execute(
                                "run",
                                "--policy",
                                goodPolicy(),
                                "--pins",
                                PINS,
                                "--events",
                                file,
                                "--",
                                "true"))
                .isEqualTo(2);
        assertThat(error()).contains("cannot write events to " + file);
    }

    private String twoTiers() throws IOException {
        return Files.writeString(
                        folder.resolve("tiers.yaml"),
                        """
                        apiVersion: portcullis.dev/v1alpha1
                        kind: SecurityPolicy
                        metadata: {name: web, namespace: shop}
                        spec:
                          process:
                            default: Block
                            rules: [{action: Allow, paths: [/app]}]
                          network: {rules: [{action: Kill, cidrs: [10.0.0.0/8], ports: [80]}]}
                        ---
                        apiVersion: portcullis.dev/v1alpha1
                        kind: ClusterSecurityPolicy
                        metadata: {name: base}
                        spec:
                          mode: Audit
                          file: {rules: [{action: Block, paths: [/etc/shadow]}]}
                        """)
                .toString();
    }

    @Test
    void whoDecidesIsExplained() throws IOException {
        String file = twoTiers();
        assertThat(
                        Main.execute(
                                "explain",
                                file,
                                "--exec",
                                "/app",
                                "--exec=/x",
                                "--open",
                                "/etc/shadow",
                                "--connect",
                                "10.0.0.1:80"))
                .isZero();
        String expected =
                """
                exec /app
                  enforce lane  allowed by ALLOW tier
                                without it refused by DEFAULT tier
                  audit lane    allowed by ALLOW tier
                                without it refused by DEFAULT tier
                exec /x
                  enforce lane  refused by DEFAULT tier
                                without it allowed: no rule speaks of it
                  audit lane    refused by DEFAULT tier
                                without it allowed: no rule speaks of it
                read /etc/shadow
                  enforce lane  allowed: no rule speaks of it
                  audit lane    refused by SHADOW tier
                                without it allowed: no rule speaks of it
                connect 10.0.0.1:80
                  enforce lane  refused and killed by KILL tier
                                without it allowed: no rule speaks of it
                  audit lane    refused and killed by KILL tier
                                without it allowed: no rule speaks of it
                """
                        .replace(
                                "ALLOW",
                                "spec.process.rules[0] of shop/web (Allow, FILE:7), namespace")
                        .replace(
                                "DEFAULT",
                                "spec.process.default of shop/web (Block, FILE:6), namespace")
                        .replace("SHADOW", "spec.file.rules[0] of base (Block, FILE:15), cluster")
                        .replace(
                                "KILL",
                                "spec.network.rules[0] of shop/web (Kill, FILE:8), namespace")
                        .replace("FILE", file);
        assertThat(out()).isEqualTo(expected);
        assertThat(error()).isEmpty();
    }

    private String forSome() throws IOException {
        return Files.writeString(
                        folder.resolve("some.yaml"),
                        """
                        apiVersion: portcullis.dev/v1alpha1
                        kind: SecurityPolicy
                        metadata: {name: some}
                        spec:
                          file: {rules: [{action: Block, paths: [/a], from: [/bin/sh], unlessOwner: true}]}
                          network: {rules: [{action: Block, direction: Listen, ports: [80]}]}
                          capabilities: {default: Kill, rules: [{action: Allow, names: [BPF]}]}
                          system: {rules: [{action: Audit, operations: [Ptrace]}]}
                        """)
                .toString();
    }

    @Test
    void whoDoesItAndWhatBesidePathsIsExplained() throws IOException {
        String file = forSome();
        assertThat(Main.execute("explain", file, "--open=/a", "--from=/bin/sh")).isZero();
        assertThat(out()).contains("enforce lane  refused by spec.file.rules[0] of default/some");
        output.forgetOut();
        assertThat(Main.execute("explain", file, "--open=/a", "--from=unknown")).isZero();
        assertThat(out()).contains("enforce lane  refused");
        output.forgetOut();
        assertThat(Main.execute("explain", file, "--open=/a", "--from=/bin/sh", "--owner"))
                .isZero();
        assertThat(out()).doesNotContain("refused");
        output.forgetOut();
        assertThat(Main.execute("explain", file, "--open=/a")).isZero();
        assertThat(out()).doesNotContain("refused");
        output.forgetOut();
        assertThat(
                        Main.execute(
                                "explain",
                                file,
                                "--listen=0.0.0.0:80",
                                "--socket=Unix",
                                "--capability=NET_RAW",
                                "--capability=BPF",
                                "--operation=Ptrace"))
                .isZero();
        assertThat(out().lines().filter(line -> !line.contains("without it")))
                .containsSubsequence(
                        "listen 0.0.0.0:80",
                        "  enforce lane  refused by spec.network.rules[0] of default/some (Block, "
                                + file
                                + ":6), namespace tier",
                        "socket Unix",
                        "  enforce lane  allowed: no rule speaks of it",
                        "capability NET_RAW",
                        "  enforce lane  refused and killed by spec.capabilities.default of"
                                + " default/some (Kill, "
                                + file
                                + ":7), namespace tier",
                        "capability BPF",
                        "  enforce lane  allowed by spec.capabilities.rules[0] of default/some"
                                + " (Allow, "
                                + file
                                + ":7), namespace tier",
                        "operation Ptrace",
                        "  enforce lane  allowed and reported by spec.system.rules[0] of"
                                + " default/some (Audit, "
                                + file
                                + ":8), namespace tier");
    }

    @Test
    void theNamespacesModeCapsWhatIsExplained() throws IOException {
        String file = twoTiers();
        assertThat(Main.execute("explain", "--namespace-mode=audit", file, "--exec=/x")).isZero();
        assertThat(out())
                .contains(
                        "enforce lane  allowed: no rule", "audit lane    refused by spec.process");
        output.forgetOut();
        assertThat(Main.execute("explain", "--namespace-mode=off", file, "--exec=/x")).isZero();
        assertThat(out()).doesNotContain("refused");
        output.forgetOut();
        assertThat(Main.execute("explain", file, "--namespace=other", "--exec=/x")).isZero();
        assertThat(out()).doesNotContain("refused");
        assertThat(error()).contains("policy web in " + file + " does not apply");
    }

    @Test
    void whatCannotBeExplainedIsTold() throws IOException {
        String file = goodPolicy();
        assertThat(Main.execute("explain", file)).isEqualTo(2);
        assertThat(error()).contains("nothing to explain; give --exec");
        output.forgetError();
        assertThat(Main.execute("explain", file, "--exec", "/a/../b")).isEqualTo(2);
        assertThat(error()).contains("--exec: \"/a/../b\" is no real path");
        output.forgetError();
        assertThat(Main.execute("explain", file, "--connect", "10.0.0.1")).isEqualTo(2);
        assertThat(error()).contains("--connect: no port");
        output.forgetError();
        assertThat(Main.execute("explain", file, "--capability", "CAP_BPF")).isEqualTo(2);
        assertThat(error()).contains("--capability: \"CAP_BPF\" is none; use one of CHOWN, ");
        output.forgetError();
        assertThat(Main.execute("explain", file, "--exec=/a", "--from=b")).isEqualTo(2);
        assertThat(error()).contains("--from: \"b\" is not absolute");
        output.forgetError();
        assertThat(Main.execute("explain", "--exec", "/a")).isEqualTo(2);
        assertThat(error()).contains("FILE");
    }

    @Test
    void whatHasNoEffectIsWarnedOf() throws IOException {
        String odd =
                policy(
                        "file: {rules: [{action: Block, paths: [/a/**]}, {action: Block, paths: [/a/b]}]}");
        String warning =
                odd
                        + ":5: warning: spec.file.rules[1]: has no effect: covered by"
                        + " spec.file.rules[0] (Block, line 5); remove it\n";
        assertThat(Main.execute("lint", odd)).isZero();
        assertThat(out()).isEqualTo(warning);
        assertThat(error()).isEqualTo("portcullis: policies: 1, warnings: 1\n");
        assertThat(Main.execute("lint", "--strict", odd)).isEqualTo(2);
        assertThat(Main.execute("lint", "--strict", goodPolicy())).isZero();
    }

    @Test
    void whatIsWrongIsToldByTheLinterToo() throws IOException {
        String bad = policy("file: {rules: [{action: Block, paths: [/a/../b]}]}");
        assertThat(Main.execute("lint", bad)).isEqualTo(2);
        assertThat(error()).startsWith(bad + ":5:").contains("spec.file.rules[0].paths[0]");
        output.forgetError();
        String good = goodPolicy();
        String twin = Files.copy(Path.of(good), folder.resolve("twin.yaml")).toString();
        assertThat(Main.execute("lint", good, twin)).isEqualTo(2);
        assertThat(error()).startsWith(twin + ":3:").contains("second policy default/web");
    }

    @Test
    void theDoctorTellsWhatIsMissingAndItsCure() {
        int status = Main.execute("doctor");
        assertThat(out()).startsWith("kernel ").contains("Root");
        if (status == 0) {
            assertThat(out()).endsWith("enforcement: possible on this kernel\n");
        } else {
            assertThat(status).isEqualTo(1);
            assertThat(out())
                    .contains("NO ", "cure: ")
                    .endsWith("enforcement: not possible on this kernel\n");
        }
    }

    @Test
    void unloadingWhatIsNotThereIsDoneOrNeedsRoot() {
        int status = Main.execute("unload", "--pins", PINS);
        if (status == 0) {
            assertThat(out()).isEqualTo("nothing to remove: " + PINS + " does not exist\n");
        } else {
            assertThat(error()).contains("cannot lock");
        }
    }

    @Test
    void helpAndVersionAreNoErrors() {
        assertThat(Main.execute("--help")).isZero();
        assertThat(out()).contains("run", "doctor", "unload");
        assertThat(Main.execute("--version")).isZero();
        assertThat(out()).contains("portcullis 0.1.0");
        assertThat(Main.execute("run", "--help")).isZero();
        assertThat(out()).contains("--policy");
    }
}
