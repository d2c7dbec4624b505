// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tries lines of a table: as the policies are written, with all of them in mode Audit, and under
 * none. What Audit reports is what Enforce refuses, by the same rule.
 */
final class ConformanceTrial {
    private final Agent agent;
    private final ConformanceTable table;

    /** Outcomes of a run by its policies and mode, also of one that failed. */
    private final Map<String, CompletableFuture<Map<String, ConformanceRun.Outcome>>> runs =
            new HashMap<>();

    ConformanceTrial(Agent agent, ConformanceTable table) {
        this.agent = agent;
        this.table = table;
    }

    /** Tries all lines under the same policies when the first of them is asked for. */
    void check(ConformanceCase line) {
        for (ConformanceMode mode : ConformanceMode.values()) {
            if (mode != ConformanceMode.ALL_AUDIT || !table.isMixed(line.policies())) {
                check(line, mode, outcome(line, mode));
            }
        }
    }

    private ConformanceRun.Outcome outcome(ConformanceCase line, ConformanceMode mode) {
        return runs.computeIfAbsent(line.policies() + " " + mode, key -> run(line.policies(), mode))
                .join()
                .get(line.name());
    }

    private CompletableFuture<Map<String, ConformanceRun.Outcome>> run(
            String policies, ConformanceMode mode) {
        try {
            return CompletableFuture.completedFuture(
                    ConformanceRun.of(agent, table, policies, mode));
        } catch (Exception | AssertionError e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void check(
            ConformanceCase line, ConformanceMode mode, ConformanceRun.Outcome outcome) {
        String where = mode + ", " + outcome;
        assertThat(outcome.answer()).as("answer, " + where).isEqualTo(line.answerIn(mode));
        assertThat(outcome.before())
                .as("answers before, " + where)
                .allMatch(answer -> answer.equals("ok") || answer.equals("exited 0"));

        Optional<Verdict> verdict = line.verdictIn(mode);
        if (verdict.isEmpty()) {
            assertThat(outcome.events()).as("events, " + where).isEmpty();
        } else {
            assertThat(outcome.events()).as("events, " + where).isNotEmpty();
            // Where nothing is refused a later hook may tell again, of the same rule.
            assertThat(outcome.events())
                    .as("events, " + where)
                    .allSatisfy(event -> {
                        assertThat(event.getVerdict()).isEqualTo(verdict.get());
                        assertThat(ConformanceCase.rule(event)).isEqualTo(line.rule());
                    });
            Event event = outcome.events().getFirst();
            assertThat(ConformanceCase.told(event).replace(outcome.folder(), "~/"))
                    .as(where)
                    .isEqualTo(line.event());
        }
        boolean refused = mode == ConformanceMode.AS_WRITTEN && line.isRefusal();
        if (refused) {
            assertThat(outcome.events()).as("events, " + where).hasSize(1);
        }
        assertThat(outcome.effects().values())
                .as("effects, " + where)
                .allMatch(happened -> happened == !refused);
    }
}
