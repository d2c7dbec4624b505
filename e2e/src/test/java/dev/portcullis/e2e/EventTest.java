// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.event.v1alpha1.Event;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What events say beside the judgement, and how many there are of the same. */
@KernelTest
class EventTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    /** {@code ARGUMENTS_LIMIT} of the header. */
    private static final int ARGUMENTS_LIMIT = 1024;

    /** {@code EVENT_BURST} of event.h. */
    private static final int BURST = 100;

    private final Workspace work = Workspace.create();
    private final Path tool = work.program("tool");

    private Trial blockingTool() {
        return AGENT.trial("process: {rules: [{action: Block, paths: ['%s']}]}".formatted(tool));
    }

    private List<Event> execs(String... arguments) {
        return blockingTool()
                .refuses(
                        "spec.process.rules[0]",
                        "exec:" + tool + "," + String.join(",", arguments));
    }

    @Test
    void anExecHasItsArguments() {
        assertThat(execs("sleep:0", "sleep:1"))
                .allSatisfy(event -> {
                    assertThat(event.getArgvList())
                            .containsExactly(tool.toString(), "sleep:0", "sleep:1");
                    assertThat(event.getArgvTruncated()).isFalse();
                });
    }

    @Test
    void longArgumentsAreCut() {
        int room = ARGUMENTS_LIMIT - tool.toString().length() - 1;
        String longest = "sleep:" + "0".repeat(room - 7);

        assertThat(execs(longest))
                .allSatisfy(event -> {
                    assertThat(event.getArgvList()).containsExactly(tool.toString(), longest);
                    assertThat(event.getArgvTruncated()).isFalse();
                });
        assertThat(execs(longest + "0"))
                .allSatisfy(event -> {
                    assertThat(event.getArgvList()).containsExactly(tool.toString(), longest);
                    assertThat(event.getArgvTruncated()).isTrue();
                });
        assertThat(execs(longest, "sleep:0"))
                .allSatisfy(event -> {
                    assertThat(event.getArgvList()).containsExactly(tool.toString(), longest);
                    assertThat(event.getArgvTruncated()).isTrue();
                });
    }

    @Test
    void whatIsNoExecHasNone() {
        Path file = work.file("file", "content");
        assertThat(
                        AGENT.trial(
                                        "file: {rules: [{action: Block, paths: ['%s']}]}"
                                                .formatted(file))
                                .refuses("spec.file.rules[0]", "read:" + file))
                .allSatisfy(event -> {
                    assertThat(event.getArgvList()).isEmpty();
                    assertThat(event.getArgvTruncated()).isFalse();
                });
    }

    @Test
    void aProcessHasAParent() {
        Path file = work.file("file", "content");
        Path other = work.program("other");
        Scope scope = AGENT.scope(Policies.blocking(file));
        Container.run(
                AGENT.binding(scope),
                List.of("read:" + file, "child:2", "become:" + other, "read:" + file));
        List<Event> events = AGENT.events().await(scope.name(), 2);
        assertThat(events).hasSize(2);
        Event parent = events.getFirst();
        Event child = events.getLast();
        assertThat(child.getProcess().getSubject()).isEqualTo(other.toString());
        assertThat(child.getProcess().getParentPid()).isEqualTo(parent.getProcess().getPid());
        assertThat(child.getProcess().getParentSubject()).isEqualTo(Workspace.ATTEMPT.toString());
        // Its own is the test.
        assertThat(parent.getProcess().getParentSubject()).isEmpty();
    }

    /** Told are the first, then a few; counted is each, and events say how many they stand for. */
    @Test
    void manyOfTheSameAreToldByNumber() {
        Path file = work.file("file", "content");
        Scope scope = AGENT.scope(Policies.blocking(file));
        long suppressed = AGENT.enforcer().statistics().get(Statistic.EVENTS_SUPPRESSED);
        Container.run(
                AGENT.binding(scope),
                List.of("threads:4,500," + file, "sleep:1100", "read:" + file));
        suppressed = AGENT.enforcer().statistics().get(Statistic.EVENTS_SUPPRESSED) - suppressed;
        assertThat(AGENT.total(scope)).isEqualTo(2001);

        List<Event> events = AGENT.events().await(scope.name(), 2001 - suppressed);
        assertThat(events).hasSize((int) (2001 - suppressed)).hasSizeBetween(BURST + 1, 2 * BURST);
        assertThat(events.stream().limit(BURST)).allMatch(event -> event.getSuppressed() == 0);
        assertThat(events.stream().mapToLong(Event::getSuppressed).sum()).isEqualTo(suppressed);
        assertThat(events.getLast().getSuppressed()).isPositive();
    }
}
