// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.EnforcerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** {@code portcullis} as a user calls it. */
@KernelTest
@Order(Integer.MAX_VALUE) // behind those that share an agent
class CommandLineTest {
    private static final String ATTEMPT = Workspace.ATTEMPT.toString();

    @BeforeAll
    static void endTheSharedAgent() {
        Agent.end();
    }

    private final Workspace work = Workspace.create();
    private final Path secret = work.file("secret", "");

    private static String blocking(String name, Path path) {
        return Policies.yaml(
                        "Enforce",
                        """
                        file:
                          rules:
                          - {action: Block, paths: ["%s"]}
                        """
                                .formatted(path))
                .replace("name: test", "name: " + name);
    }

    @Test
    void badPolicyIsStatusTwoAndNothingRuns() throws InterruptedException {
        Path policy = work.file("bad.yaml", blocking("bad", secret).replace("Block", "Blok"));
        Path mark = work.path("mark");
        try (CommandLine run =
                CommandLine.start(
                        work,
                        "run",
                        "--policy",
                        policy.toString(),
                        "--",
                        ATTEMPT,
                        "create:" + mark)) {
            assertThat(run.await()).isEqualTo(2);
            assertThat(run.err()).contains(policy + ":").contains("Blok").contains("spec.file");
        }
        assertThat(mark).doesNotExist();
        assertThat(EnforcerOptions.DEFAULT_PIN_FOLDER).doesNotExist();
    }

    @Test
    void commandRunsUnderThePolicyAndASignalIsItsStatus() throws InterruptedException {
        Path fatal = work.file("fatal", "");
        Path policy =
                work.file(
                        "policy.yaml",
                        blocking("web", secret)
                                + "---\n"
                                + blocking("deadly", fatal).replace("Block", "Kill"));
        try (CommandLine run =
                CommandLine.start(
                        work,
                        "run",
                        "--policy",
                        policy.toString(),
                        "--events",
                        work.path("events").toString(),
                        "--",
                        ATTEMPT,
                        "read:" + secret,
                        "read:" + fatal,
                        "read:" + secret)) {
            assertThat(run.await()).as(run.toString()).isEqualTo(137);
            assertThat(run.answers()).containsExactly("EACCES");
            List<String> events = Workspace.read(work.path("events")).lines().toList();
            assertThat(events).hasSize(2);
            assertThat(events.getFirst())
                    .contains("\"verdict\":\"BLOCKED\"")
                    .contains("\"path\":\"" + secret + "\"")
                    .contains("\"policy\":\"web\"")
                    .contains("\"field\":\"spec.file.rules[0]\"")
                    .contains("\"source\":\"" + policy + ":");
            assertThat(events.getLast())
                    .contains("\"verdict\":\"KILLED\"")
                    .contains("\"policy\":\"deadly\"");
        }
        assertThat(EnforcerOptions.DEFAULT_PIN_FOLDER).doesNotExist();
    }

    @Test
    void changeInTheFolderTakesEffectAndAMistakeDoesNot() throws InterruptedException {
        Path folder = work.directory("policies");
        work.file("policies/a.yaml", blocking("a", work.path("other")));
        try (CommandLine run =
                CommandLine.start(
                        work,
                        "run",
                        "--policy",
                        folder.toString(),
                        "--",
                        "/bin/sh",
                        "-c",
                        ATTEMPT + " \"$@\"; exit 7",
                        "sh",
                        "read:" + secret,
                        "create:" + work.path("running"),
                        "until:EACCES",
                        "read:" + secret,
                        "create:" + work.path("blocked"),
                        "waitfile:" + work.path("mistaken"),
                        "read:" + secret,
                        "create:" + work.path("still"),
                        "until:0",
                        "read:" + secret)) {
            run.awaitFile(work.path("running"));
            work.file("policies/b.yaml", blocking("b", secret));
            run.awaitFile(work.path("blocked"));

            work.file("policies/b.yaml", "kind: SecurityPolicy\nspec: {file: {rulez: []}}\n");
            run.await("word of the mistake", () -> run.err().contains("nothing was changed"));
            assertThat(run.err()).contains("b.yaml:").contains("rulez");
            work.file("mistaken", "");
            run.awaitFile(work.path("still"));

            work.delete("policies/b.yaml");
            assertThat(run.await()).as(run.toString()).isEqualTo(7);
            assertThat(run.answers())
                    .as(run.toString())
                    .containsExactly("ok", "ok", "EACCES", "ok", "ok", "EACCES", "ok", "ok");
        }
    }

    @Test
    void withoutACommandEveryContainerIsJudgedUntilTheSignal() throws InterruptedException {
        work.program("root/attempt");
        Path file = work.file("root/secret", "");
        Path inContainer = Path.of("/secret");
        Path policy = work.file("policy.yaml", blocking("all", inContainer));
        // Mounting is refused in the container, but not while somebody sets it up.
        List<String> setUp = List.of("pivot:" + work.path("root"), "become:/attempt");
        List<String> operations = new ArrayList<>(setUp);
        operations.addAll(List.of("read:" + inContainer, "waitfile:/ended", "read:" + inContainer));
        List<String> other = new ArrayList<>(setUp);
        other.addAll(List.of("read:" + inContainer, "tmpfs:/"));
        try (CommandLine run = CommandLine.start(work, "run", "--policy", policy.toString())) {
            run.await("start", () -> run.err().contains("enforcing " + policy));
            try (Container container = Container.start(Binding.NONE, operations)) {
                run.await("event", () -> run.out().contains("\"verdict\":\"BLOCKED\""));
                assertThat(Container.run(Binding.NONE, other).answers())
                        .as("another container")
                        .containsExactly("ok", "EACCES", "EACCES");
                assertThat(Workspace.read(file)).as("read on the host").isEmpty();
                run.interrupt();
                assertThat(run.await()).as("SIGTERM").isEqualTo(143);
                work.file("root/ended", "");
                assertThat(container.await().answers()).containsExactly("ok", "EACCES", "ok", "ok");
            }
        }
        assertThat(EnforcerOptions.DEFAULT_PIN_FOLDER).doesNotExist();
    }

    @Test
    void doctorSaysThatEnforcementIsPossible() throws InterruptedException {
        try (CommandLine run = CommandLine.start(work, "doctor")) {
            assertThat(run.await()).as(run.toString()).isZero();
            assertThat(run.out())
                    .contains("kernel " + System.getProperty("os.version"))
                    .contains("enforcement: possible on this kernel")
                    .doesNotContain("NO ");
        }
    }
}
