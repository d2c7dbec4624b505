// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules for some subjects, and for files of others. */
@KernelTest
class SubjectTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();
    private final Path secret = work.file("secret", "");
    private final Path reader = work.program("reader");

    private Trial secretRule(String fields) {
        return AGENT.trial(
                "file: {rules: [{action: Block, paths: ['%s'], %s}]}".formatted(secret, fields));
    }

    @Test
    void aRuleHoldsForItsSubjects() {
        Trial fromReader = secretRule("from: ['%s']".formatted(reader));
        fromReader.allows("read:" + secret);
        List<Event> events = fromReader.refuses(RULE, "+become:" + reader, "read:" + secret);
        assertThat(events.getFirst().getProcess().getSubject()).isEqualTo(reader.toString());
    }

    @Test
    void aRuleHoldsForAllButItsSubjects() {
        Trial others = secretRule("exceptFrom: ['%s']".formatted(reader));
        others.refuses(RULE, "read:" + secret);
        others.allows("become:" + reader, "read:" + secret);
    }

    @Test
    @Suite(Suite.BYPASS)
    void anExecChangesTheSubjectAndBack() {
        Trial fromReader = secretRule("from: ['%s']".formatted(reader));
        fromReader.refuses(
                RULE,
                "+become:" + reader,
                "read:" + secret,
                "+become:" + Workspace.ATTEMPT,
                "+read:" + secret,
                "+become:" + reader,
                "read:" + secret);
    }

    @Test
    @Suite(Suite.BYPASS)
    void childrenAndThreadsHaveTheSubjectOfTheirParent() {
        Trial fromReader = secretRule("from: ['%s']".formatted(reader));
        fromReader.refuses(RULE, "+become:" + reader, "orphan:1", "read:" + secret);
        Trial.Observation seen =
                fromReader.observe(
                        Policies.enforced(
                                "file: {rules: [{action: Block, paths: ['%s'], from: ['%s']}]}"
                                        .formatted(secret, reader)),
                        "become:" + reader,
                        "threads:4,10," + secret);
        assertThat(seen.result().answers()).containsExactly("0 opened, 40 refused, 0 failed");
    }

    @Test
    @Suite(Suite.BYPASS)
    void deletingOrRenamingTheProgramDoesNotChangeTheSubject() {
        Path other = work.path("other");
        Trial fromReader = secretRule("from: ['%s']".formatted(reader)).before(this::resetReader);
        fromReader.refuses(
                RULE,
                "+become:" + reader,
                "+rename:%s,%s".formatted(reader, other),
                "read:" + secret,
                "+unlink:" + other,
                "read:" + secret);
    }

    private void resetReader() {
        work.delete("other");
        work.delete("reader");
        work.program("reader");
    }

    @Test
    void whoExecutesIsTheSubjectOfTheExec() {
        Path tool = work.program("tool");
        String exec = "exec:" + tool + ",sleep:0";
        Trial fromReader =
                AGENT.trial(
                        "process: {rules: [{action: Block, paths: ['%s'], from: ['%s']}]}"
                                .formatted(tool, reader));
        fromReader.allows(exec);
        fromReader.refuses("spec.process.rules[0]", "+become:" + reader, exec);
    }

    @Test
    void theSubjectOfAScriptIsItsInterpreter() throws IOException {
        Path shell = Path.of("/bin/sh").toRealPath();
        Path mark = work.path("mark");
        Path script = work.script("script", "#!/bin/sh\n: > " + mark + "\n");
        Trial byShell =
                AGENT.trial(
                                "file: {rules: [{action: Block, paths: ['%s'], access: [Write], from: ['%s']}]}"
                                        .formatted(mark, shell))
                        .before(() -> work.delete("mark"));
        Trial.Observation seen =
                byShell.observe(
                        Policies.enforced(
                                "file: {rules: [{action: Block, paths: ['%s'], access: [Write], from: ['%s']}]}"
                                        .formatted(mark, shell)),
                        "exec:" + script);
        assertThat(seen.result().answers()).isNotEqualTo(List.of("exited 0"));
        assertThat(mark).doesNotExist();
        assertThat(seen.events())
                .extracting(event -> event.getProcess().getSubject())
                .containsExactly(shell.toString());
        byShell.allows("create:" + mark);
    }

    @Test
    void networkRulesAskForTheSubjectToo() {
        Trial fromReader =
                AGENT.trial(
                        "network: {rules: [{action: Block, cidrs: [127.0.0.0/8], from: ['%s']}]}"
                                .formatted(reader));
        fromReader.allows("udp:127.0.0.1:9");
        fromReader.refuses("spec.network.rules[0]", "+become:" + reader, "udp:127.0.0.1:9");
    }

    /** Each rule set has classes of its own; a task is asked by the one that holds now. */
    @Test
    void anotherRuleSetKnowsTheSubjectByAnotherClass() throws InterruptedException {
        String first =
                "file: {rules: [{action: Block, paths: ['%s'], from: ['%s']}]}"
                        .formatted(secret, reader);
        String second =
                "file: {rules: [{action: Block, paths: ['%s'], from: ['/x', '/y']}, {action: Block, paths: ['/z'], from: ['%s']}]}"
                        .formatted(secret, reader);
        Scope scope = AGENT.scope(Policies.enforced(first));
        try (Container container =
                Container.start(
                        AGENT.binding(scope),
                        List.of(
                                "become:" + reader,
                                "read:" + secret,
                                "create:" + work.path("asked"),
                                "waitfile:" + work.path("replaced"),
                                "read:" + secret))) {
            work.await("asked");
            AGENT.enforcer().replace(scope, Policies.enforced(second));
            work.file("replaced", "");
            assertThat(container.await().answers()).containsExactly("EACCES", "ok", "ok", "ok");
        }
    }

    @Test
    void ownersMayDoWhatOthersMayNot() {
        Path own = work.file("own", "");
        chown(own);
        Trial others =
                AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s/*'], unlessOwner: true}]}"
                                .formatted(work.folder()));
        others.refuses(RULE, "+setuid:1000", "read:" + secret);
        others.allows("setuid:1000", "read:" + own, "write:" + own);
        others.refuses(RULE, "read:" + own);
        others.allows("read:" + secret);
    }

    /** What is about to be made belongs to who makes it. */
    @Test
    void makingAFileMakesItsOwner() {
        work.directory("tmp");
        AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s/**'], unlessOwner: true}]}"
                                .formatted(work.path("tmp")))
                .before(() -> work.delete("tmp/new"))
                .allows(
                        "create:" + work.path("tmp/new"),
                        "read:" + work.path("tmp/new"),
                        "unlink:" + work.path("tmp/new"));
    }

    private static void chown(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 1000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
