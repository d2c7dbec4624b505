// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.RuleSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A policy and the containers that try something under it.
 *
 * <p>Operations are those of {@code attempt}, one printed line each. A {@code +} before one says
 * that it only sets the scene: it succeeds everywhere and no rule speaks of it.
 */
final class Trial {
    private static final Set<String> WRITING = Set.of("write", "rdwr", "create", "trunc");
    private static final String ABSENT = "there is no such file";

    private final Agent agent;
    private final String spec;
    private Runnable scene = () -> {};

    Trial(Agent agent, String spec) {
        this.agent = agent;
        this.spec = spec;
    }

    /** What to set up before each container runs. */
    Trial before(Runnable preparation) {
        scene = preparation;
        return this;
    }

    /**
     * Every operation is refused with EACCES, by the rule of that place: one count and one event
     * each, and what they would have written is not there. In mode Audit all succeed and the same
     * rule says that it would have refused; without a policy all succeed.
     *
     * @return the events of the refusals
     */
    List<Event> refuses(String field, String... operations) {
        return judges(field, "EACCES", Verdict.BLOCKED, Verdict.WOULD_BLOCK, operations);
    }

    /** As {@link #refuses}, but with EPERM, as capabilities and ptrace are refused. */
    List<Event> forbids(String field, String... operations) {
        return judges(field, "EPERM", Verdict.BLOCKED, Verdict.WOULD_BLOCK, operations);
    }

    /** As {@link #refuses}, but each operation, run in a child, ends it with SIGKILL. */
    List<Event> kills(String field, String... operations) {
        return judges(field, "killed by SIGKILL", Verdict.KILLED, Verdict.WOULD_KILL, operations);
    }

    private List<Event> judges(
            String field, String answer, Verdict enforced, Verdict audited, String... operations) {
        scene.run();
        Map<Path, String> before = contents(operations);
        Observation refused = run(Policies.enforced(spec), operations);
        List<String> expected =
                printing(operations)
                        .map(operation -> operation.startsWith("+") ? "ok" : answer)
                        .toList();
        assertThat(refused.result().answers()).as(refused.toString()).isEqualTo(expected);
        long tried = expected.stream().filter(answer::equals).count();
        refused.isJudged(field, enforced, tried);
        if (!before.isEmpty()) {
            assertThat(contents(operations)).as("bytes after refusal").isEqualTo(before);
        }

        Observation watched = observe(Policies.audited(spec), operations);
        watched.succeeded();
        watched.isJudged(field, audited, tried);

        succeedsWithout(operations);
        if (!before.isEmpty()) {
            contents(operations)
                    .forEach((path, content) ->
                            assertThat(content)
                                    .as("bytes of %s without a policy", path)
                                    .isNotEqualTo(before.get(path)));
        }
        return refused.events();
    }

    /** Every operation succeeds and is reported by the rule of that place, with action Audit. */
    List<Event> reports(String field, String... operations) {
        Observation observation = observe(Policies.enforced(spec), operations);
        observation.succeeded();
        observation.isJudged(
                field,
                Verdict.AUDITED,
                printing(operations).filter(operation -> !operation.startsWith("+")).count());
        return observation.events();
    }

    /** Every operation succeeds under the policy, and no rule has anything to say. */
    void allows(String... operations) {
        Observation observation = observe(Policies.enforced(spec), operations);
        observation.succeeded();
        assertThat(observation.counted()).as("counts, " + observation).isZero();
        assertThat(observation.events()).as("events, " + observation).isEmpty();
    }

    private void succeedsWithout(String... operations) {
        scene.run();
        Container.Result result = Container.runFree(plain(operations));
        assertThat(result.answers())
                .as("without a policy: " + result)
                .hasSize((int) printing(operations).count())
                .allMatch(Trial::success);
    }

    private static boolean success(String answer) {
        return answer.equals("ok") || answer.equals("exited 0");
    }

    /** Runs the operations under rules, whatever comes of it. */
    Observation observe(RuleSet rules, String... operations) {
        scene.run();
        return run(rules, operations);
    }

    private Observation run(RuleSet rules, String... operations) {
        Scope scope = agent.scope(rules);
        Map<String, Long> before = sums(scope);
        Container.Result result = Container.run(agent.binding(scope), plain(operations));
        Map<String, Long> counts = sums(scope);
        counts.replaceAll((field, count) -> count - before.getOrDefault(field, 0L));
        long counted = counts.values().stream().mapToLong(Long::longValue).sum();
        return new Observation(result, counts, agent.events().await(scope.name(), counted));
    }

    private Map<String, Long> sums(Scope scope) {
        Map<String, Long> sums = new HashMap<>();
        agent.enforcer()
                .counts(scope)
                .forEach((rule, count) -> sums.merge(rule.field(), Agent.sum(count), Long::sum));
        return sums;
    }

    private static List<String> plain(String... operations) {
        List<String> plain = new ArrayList<>();
        for (String operation : operations) {
            plain.add(operation.startsWith("+") ? operation.substring(1) : operation);
        }
        return plain;
    }

    private static Stream<String> printing(String... operations) {
        return List.of(operations).stream()
                .filter(operation -> !operation.startsWith("orphan:"))
                .filter(operation -> !operation.startsWith("until:"))
                .filter(operation -> !operation.startsWith("+become:"));
    }

    /** What is in the files that the operations would write to. */
    private static Map<Path, String> contents(String... operations) {
        Map<Path, String> contents = new HashMap<>();
        for (String operation : operations) {
            String[] parts = operation.split(":", 2);
            if (WRITING.contains(parts[0]) && parts[1].startsWith("/run/")) {
                Path path = Path.of(parts[1]);
                try {
                    contents.put(path, Files.exists(path) ? Files.readString(path) : ABSENT);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return contents;
    }

    /**
     * What came of operations under a policy.
     *
     * @param counts by rule, what this run added
     */
    record Observation(Container.Result result, Map<String, Long> counts, List<Event> events) {
        long counted() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }

        void succeeded() {
            assertThat(result.answers()).as(toString()).isNotEmpty().allMatch(Trial::success);
        }

        void isJudged(String field, Verdict verdict, long times) {
            assertThat(counts.get(field)).as("count of " + field + ", " + this).isEqualTo(times);
            assertThat(counted()).as("counts of all rules, " + this).isEqualTo(times);
            assertThat(events)
                    .as("events, " + this)
                    .hasSize((int) times)
                    .allMatch(event -> event.getVerdict() == verdict)
                    .allMatch(event -> event.getRule().getField().equals(field));
        }

        @Override
        public String toString() {
            return "status %d%n%s%ncounts %s%nevents %s"
                    .formatted(
                            result.status(),
                            String.join(System.lineSeparator(), result.lines()),
                            counts,
                            events);
        }
    }
}
