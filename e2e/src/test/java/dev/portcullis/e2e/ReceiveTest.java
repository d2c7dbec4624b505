// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Open files that somebody outside the container hands over to it. */
@KernelTest
class ReceiveTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private final Workspace work = Workspace.create();
    private final Path file = work.file("d/f", "content");
    private final Path socket = work.path("socket");

    /** What a container under the policy gets of what a process under none hands over. */
    private Outcome handOver(RuleSet rules, String... passing) {
        work.delete("socket");
        CompletableFuture<Container.Result> sender =
                CompletableFuture.supplyAsync(() -> Container.runFree(List.of(passing)));
        Scope scope = AGENT.scope(rules);
        Container.Result received =
                Container.run(
                        AGENT.binding(scope), List.of("waitfile:" + socket, "receive:" + socket));
        assertThat(sender.join().answers()).doesNotContain("EACCES");
        return new Outcome(
                received.answers().getLast(),
                AGENT.events().await(scope.name(), AGENT.total(scope)));
    }

    private record Outcome(String answer, List<Event> events) {}

    private String pass(Path what) {
        return "pass:%s,%s".formatted(socket, what);
    }

    private static String blocking(Object path) {
        return "file: {rules: [{action: Block, paths: ['%s'], access: [Read]}]}".formatted(path);
    }

    @Test
    void aForbiddenFileIsNotReceived() {
        Outcome refused = handOver(Policies.enforced(blocking(file)), pass(file));
        assertThat(refused.answer()).isEqualTo("EACCES");
        assertThat(refused.events()).hasSize(1);
        Event event = refused.events().getFirst();
        assertThat(event.getVerdict()).isEqualTo(Verdict.BLOCKED);
        assertThat(event.getOperation()).isEqualTo(Operation.RECEIVE);
        assertThat(event.getPath()).isEqualTo(file.toString());

        Outcome watched = handOver(Policies.audited(blocking(file)), pass(file));
        assertThat(watched.answer()).isEqualTo("ok");
        assertThat(watched.events())
                .extracting(Event::getVerdict)
                .containsExactly(Verdict.WOULD_BLOCK);

        assertThat(handOver(Policies.enforced(blocking(file + "x")), pass(file)))
                .isEqualTo(new Outcome("ok", List.of()));
    }

    /** On a mount that the container does not have. */
    @Test
    @Suite(Suite.BYPASS)
    void aFileThatHasNoPathHereIsRefusedWhereAPathRuleBlocks() {
        Path at = work.directory("at");
        String[] passing = {"tmpfs:" + at, "create:" + at.resolve("f"), pass(at.resolve("f"))};
        Outcome refused = handOver(Policies.enforced(blocking("/some/other/file")), passing);
        assertThat(refused.answer()).isEqualTo("EACCES");
        assertThat(refused.events()).allMatch(Event::getUnresolved).hasSize(1);
        assertThat(
                        handOver(
                                Policies.enforced(
                                        "process: {rules: [{action: Block, paths: [/x]}]}"),
                                passing))
                .isEqualTo(new Outcome("ok", List.of()));
        assertThat(Files.exists(at.resolve("f"))).isFalse();
    }
}
