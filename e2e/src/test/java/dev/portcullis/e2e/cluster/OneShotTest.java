// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods whose first program is the forbidden one, started as soon as the policy is in force. */
@ClusterTest
@Tag("smoke")
class OneShotTest {
    private static final int PODS = Integer.getInteger("portcullis.pods", 10);

    /** A node takes 110 pods, and an emulated one has two processors for them. */
    private static final int WAVE = 15;

    private static final int TWINS = 3;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @Test
    void noneRunsTheForbiddenProgramAndEachAttemptIsSeen() {
        PolicyResource policy =
                namespace
                        .policy(
                                "none",
                                """
                                process:
                                  rules:
                                  - {action: Block, paths: [/forbidden]}
                                """)
                        .awaitProgrammed();

        for (int begin = 0; begin < PODS; begin += WAVE) {
            wave("one", Pods.JUDGED, begin, Math.min(PODS, begin + WAVE), runtime(begin))
                    .forEach(this::wasRefused);
        }
        wave("twin", Pods.FREE, 0, TWINS, "");

        assertThat(Marks.of(namespace.name(), "one")).as("marks").isZero();
        assertThat(Marks.of(namespace.name(), "twin")).as("marks of twins").isEqualTo(TWINS);
        policy.counts("blocked", PODS);
        List<Event> events = Events.await(namespace.name(), "", PODS);
        assertThat(events)
                .hasSize(PODS)
                .allSatisfy(event -> {
                    assertThat(event.getVerdict()).isEqualTo(Verdict.BLOCKED);
                    assertThat(event.getPath()).isEqualTo("/forbidden");
                    assertThat(event.getContainer().getName()).isEqualTo("main");
                    assertThat(event.getRule().getPolicy()).isEqualTo("none");
                    assertThat(event.getRule().getField()).isEqualTo("spec.process.rules[0]");
                });
        assertThat(events.stream().map(event -> event.getContainer().getPod()))
                .doesNotHaveDuplicates();
    }

    private void wasRefused(Integer exitCode) {
        assertThat(exitCode).as("exit code").isNotNull().isNotZero();
    }

    /**
     * The node's default for the first two waves, and for the rest crun, which is lighter work for
     * an emulated node.
     */
    private static String runtime(int begin) {
        if (begin < 2 * WAVE || !NodeShell.available()) {
            return "";
        }
        RuntimeClasses.ensure("crun");
        return "crun";
    }

    /** Runs pods side by side to their end; returns how their containers ended. */
    private List<Integer> wave(String name, String app, int begin, int end, String runtime) {
        Pods pods = namespace.pods();
        List<String> names = new ArrayList<>();
        for (int i = begin; i < end; i++) {
            names.add(pods.create(Pods.in(runtime, pods.pod(name + "-" + i, app, "/forbidden"))));
        }
        List<Integer> codes = new ArrayList<>();
        names.forEach(pod -> codes.add(Pods.exitCode(pods.awaitEnd(pod), "main")));
        names.forEach(pods::delete);
        return codes;
    }
}
