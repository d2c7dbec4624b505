// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executing files, from a container's very first exec on. */
@KernelTest
class ExecTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.process.rules[0]";

    private final Workspace work = Workspace.create();
    private final Path tool = work.program("bin/tool");

    private static String spec(String action, Object path) {
        return """
        process:
          rules:
          - {action: %s, paths: ["%s"]}
        """
                .formatted(action, path);
    }

    private static Trial blocking(Object path) {
        return AGENT.trial(spec("Block", path));
    }

    /** Runs the tool so that it exits with 0. */
    private static String exec(Path program) {
        return "exec:" + program + ",sleep:0";
    }

    @Test
    void literalPathIsRefused() {
        List<Event> events = blocking(tool).refuses(RULE, exec(tool));
        assertThat(events.getFirst().getOperation()).isEqualTo(Operation.EXEC);
        assertThat(events.getFirst().getPath()).isEqualTo(tool.toString());
        assertThat(events.getFirst().getProcess().getSubject())
                .as("who executes, not what")
                .isEqualTo(Workspace.ATTEMPT.toString());
    }

    @Test
    void neighbourNamesAndOtherAccessesAreNotMeant() {
        blocking(tool)
                .allows(
                        exec(work.program("bin/tool2")),
                        exec(work.program("bin/too")),
                        "read:" + tool,
                        "rdwr:" + tool);
    }

    @Test
    void everythingBelowADirectoryIsRefused() {
        blocking(work.folder() + "/bin/**")
                .refuses(RULE, exec(tool), exec(work.program("bin/deep/er/tool")));
        blocking(work.folder() + "/bin/**").allows(exec(work.program("sbin/tool")));
    }

    @Test
    void scriptIsRefusedByItsOwnPath() {
        Path script = work.script("script", "#!/bin/sh\nexit 0\n");
        List<Event> events = blocking(script).refuses(RULE, "exec:" + script);
        assertThat(events.getFirst().getPath()).isEqualTo(script.toString());
    }

    @Test
    void scriptIsRefusedByItsInterpretersPath() throws IOException {
        Path script = work.script("script", "#!/bin/sh\nexit 0\n");
        Path shell = Path.of("/bin/sh").toRealPath();
        List<Event> events = blocking(shell).refuses(RULE, "exec:" + script, "exec:/bin/sh,-c,:");
        assertThat(events).extracting(Event::getPath).containsOnly(shell.toString());
    }

    @Test
    void symbolicLinkLeadsToTheRealPath() {
        work.link("link", tool);
        blocking(tool).refuses(RULE, exec(work.path("link")));
        blocking(work.path("link")).allows(exec(work.path("link")));
    }

    @Test
    void aliasOfAnUsrMergedFolderIsMeantToo() throws IOException {
        Path real = Path.of("/bin/true").toRealPath();
        blocking("/bin/" + real.getFileName())
                .refuses(RULE, "exec:/usr/bin/true", "exec:/bin/true");
    }

    @Test
    void killSendsSigkillAndNothingOfTheProgramRuns() {
        Path mark = work.path("mark");
        Path script = work.script("script", "#!/bin/sh\n: > " + mark + "\n");
        Trial trial = AGENT.trial(spec("Kill", script)).before(() -> work.delete("mark"));
        trial.kills(RULE, "exec:" + script);
        assertThat(mark).as("made without a policy").exists();
        trial.observe(Policies.enforced(spec("Kill", script)), "exec:" + script);
        assertThat(mark).doesNotExist();
    }

    @Test
    void allowListRefusesWhatItDoesNotName() {
        Trial trial =
                AGENT.trial(
                        """
                        process:
                          default: Block
                          rules:
                          - {action: Allow, paths: ["%s", "%s"]}
                        """
                                .formatted(Workspace.ATTEMPT, tool));
        trial.allows(exec(tool));
        trial.refuses(
                "spec.process.default",
                "exec:/bin/true",
                exec(work.program("bin/other")),
                "memfdexec:/bin/true");
    }

    @Test
    void containersFirstExecIsRefused() {
        Path mark = work.path("mark");
        Scope scope = AGENT.scope(Policies.enforced(spec("Block", tool)));
        List<String> command = List.of(tool.toString(), "create:" + mark);
        try (Container container = Container.command(AGENT.binding(scope), command)) {
            assertThat(container.await().status()).as("the shell's: cannot execute").isEqualTo(126);
        }
        assertThat(mark).doesNotExist();
        assertThat(AGENT.count(scope, RULE).blocked()).isEqualTo(1);
        assertThat(AGENT.events().await(scope.name(), 1))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getVerdict()).isEqualTo(Verdict.BLOCKED);
                    assertThat(event.getPath()).isEqualTo(tool.toString());
                });

        Scope watched = AGENT.scope(Policies.audited(spec("Block", tool)));
        try (Container container = Container.command(AGENT.binding(watched), command)) {
            assertThat(container.await().status()).isZero();
        }
        assertThat(mark).exists();
        assertThat(AGENT.count(watched, RULE).wouldBlock()).isEqualTo(1);
    }

    @Test
    void containersFirstExecIsKilled() {
        Path mark = work.path("mark");
        Scope scope = AGENT.scope(Policies.enforced(spec("Kill", tool)));
        List<String> command = List.of(tool.toString(), "create:" + mark);
        try (Container container = Container.command(AGENT.binding(scope), command)) {
            assertThat(container.await().status()).isEqualTo(137);
        }
        assertThat(mark).doesNotExist();
        assertThat(AGENT.count(scope, RULE).killed()).isEqualTo(1);
    }

    /** For a task that joins only now, no file_open has asked whether it may read the program. */
    @Test
    void containersFirstExecIsRefusedByAFileRuleToo() {
        String spec =
                """
                file:
                  rules:
                  - {action: Block, paths: ["%s"]}
                """
                        .formatted(tool);
        Path mark = work.path("mark");
        Scope scope = AGENT.scope(Policies.enforced(spec));
        List<String> command = List.of(tool.toString(), "create:" + mark);
        try (Container container = Container.command(AGENT.binding(scope), command)) {
            assertThat(container.await().status()).isEqualTo(126);
        }
        assertThat(mark).doesNotExist();
        assertThat(AGENT.count(scope, "spec.file.rules[0]").blocked()).isEqualTo(1);
    }

    @Test
    void firstExecAfterPivotRootIsJudgedByThePathInThere() throws InterruptedException {
        RootFileSystem root = RootFileSystem.at(work, "root");
        Scope scope = AGENT.scope(Policies.enforced(spec("Block", "/attempt")));
        assertThat(root.run(AGENT.enforcer(), scope, "read:/attempt").answers())
                .as("execve, then the old program goes on, in the scope")
                .containsExactly("EACCES", "ok");
        assertThat(AGENT.count(scope, RULE).blocked()).isEqualTo(1);

        Scope host = AGENT.scope(Policies.enforced(spec("Block", work.path("root/attempt"))));
        assertThat(root.run(AGENT.enforcer(), host, "exec:/attempt,sleep:0").answers())
                .as("the host's path of it means nothing in there")
                .containsExactly("exited 0");
    }

    @Test
    void orphanInASessionOfItsOwnStaysInTheScope() {
        List<Event> events = blocking(tool).refuses(RULE, "orphan:1", exec(tool));
        assertThat(events.getFirst().getContainer().getName()).startsWith("scope");
    }

    @Test
    void otherUsersAndNamespacesStayInTheScope() {
        blocking(tool)
                .refuses(
                        RULE,
                        "+setuid:1000",
                        exec(tool),
                        "+unshare:user+mnt",
                        exec(tool),
                        "+chroot:" + work.path("bin"),
                        exec(Path.of("/tool")));
    }

    @Test
    void memfdIsCalledByItsName() {
        List<Event> events = blocking("memfd:*").refuses(RULE, "memfdexec:" + tool + ",sleep:0");
        assertThat(events.getFirst().getPath()).isEqualTo("memfd:tool");
        blocking("memfd:tool").refuses(RULE, "memfdexec:" + tool + ",sleep:0");
        blocking("memfd:other").allows("memfdexec:" + tool + ",sleep:0", exec(tool));
    }

    @Test
    void executingIsReading() {
        AGENT.trial(
                        """
                        file:
                          rules:
                          - {action: Block, paths: ["%s"], access: [Read]}
                        """
                                .formatted(tool))
                .refuses("spec.file.rules[0]", exec(tool));
        AGENT.trial(
                        """
                        file:
                          rules:
                          - {action: Block, paths: ["%s"], access: [Write]}
                        """
                                .formatted(tool))
                .allows(exec(tool));
    }

    @Test
    void actionAuditReportsAndAllows() {
        AGENT.trial(spec("Audit", tool)).reports(RULE, exec(tool));
    }

    @Test
    void subjectIsTheProgramThatTheTaskRuns() throws IOException {
        Path secret = work.file("secret", "");
        Path copy = work.program("bin/copy");
        String spec =
                """
                file:
                  rules:
                  - {action: Block, paths: ["%s"]}
                """
                        .formatted(secret);
        Trial.Observation seen =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec),
                                "exec:%s,read:%s".formatted(copy, secret),
                                "read:" + secret);
        assertThat(seen.events())
                .extracting(event -> event.getProcess().getSubject())
                .containsExactly(copy.toString(), Workspace.ATTEMPT.toString());
        assertThat(Files.exists(secret)).isTrue();
    }
}
