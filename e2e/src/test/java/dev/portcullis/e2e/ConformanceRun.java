// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All lines of one set of policies, tried in one container: starting one is what costs. Each line
 * has a child of its own there, whose name tells its events from others'.
 */
final class ConformanceRun {
    private ConformanceRun() {}

    /**
     * What came of one line.
     *
     * @param answers of its operations; one that was killed has none
     * @param end how its child ended
     * @param effects by their text, whether they came about
     * @param folder what {@code ~/} was
     */
    record Outcome(
            List<String> answers,
            String end,
            List<Event> events,
            Map<String, Boolean> effects,
            String folder) {
        /** What the last operation got. */
        String answer() {
            return plain(survived() ? answers.getLast() : end);
        }

        /** What those before it got. */
        List<String> before() {
            return survived() ? answers.subList(0, answers.size() - 1) : answers;
        }

        private boolean survived() {
            return end.equals("exited 0") && !answers.isEmpty();
        }

        private static String plain(String answer) {
            return switch (answer) {
                case "exited 0" -> "ok";
                case "killed by SIGKILL" -> "SIGKILL";
                default -> answer;
            };
        }
    }

    /** Tries the lines of a set of policies; outcomes by the lines' names. */
    static Map<String, Outcome> of(
            Agent agent, ConformanceTable table, String policies, ConformanceMode mode)
            throws Exception {
        List<ConformanceCase> lines = table.under(policies);
        try (ConformanceScene scene = new ConformanceScene(lines)) {
            if (mode == ConformanceMode.FREE) {
                return outcomes(lines, scene, Container.runFree(scene.arguments()), List.of());
            }
            String yaml = scene.resolve(table.yaml(policies));
            if (mode == ConformanceMode.ALL_AUDIT) {
                yaml = yaml.replace("mode: Enforce", "mode: Audit");
            }
            Scope scope = agent.scope(Policies.compile(yaml));
            long before = agent.total(scope);
            Container.Result result = Container.run(agent.binding(scope), scene.arguments());
            long counted = agent.total(scope) - before;
            List<Event> events = agent.events().await(scope.name(), counted);
            assertThat(events).as("as many events as counts").hasSize((int) counted);
            return outcomes(lines, scene, result, events);
        }
    }

    private static Map<String, Outcome> outcomes(
            List<ConformanceCase> lines,
            ConformanceScene scene,
            Container.Result result,
            List<Event> events)
            throws Exception {
        Map<String, List<Event>> byCase =
                events.stream().collect(Collectors.groupingBy(ConformanceRun::nameOfCase));
        Map<String, Outcome> outcomes = new HashMap<>();
        List<String> answers = new ArrayList<>();
        List<String> texts = result.lines();
        for (int i = 0; i < texts.size(); i++) {
            String answer = result.answers().get(i);
            int done = outcomes.size();
            if (done < lines.size() && texts.get(i).startsWith(lines.get(done).name() + " = ")) {
                ConformanceCase line = lines.get(done);
                outcomes.put(line.name(), outcome(line, scene, answers, answer, byCase));
                answers = new ArrayList<>();
            } else {
                answers.add(answer);
            }
        }
        assertThat(answers).as("said by no case").isEmpty();
        assertThat(outcomes).as("cases that ended, of " + texts).hasSize(lines.size());
        assertThat(byCase.keySet())
                .as("who events tell of")
                .isSubsetOf(lines.stream().map(ConformanceCase::name).toList());
        return outcomes;
    }

    /** The name of the task; where that has become a script, its name is CASE.sh. */
    private static String nameOfCase(Event event) {
        return event.getProcess().getComm().replaceFirst("\\.sh$", "");
    }

    private static Outcome outcome(
            ConformanceCase line,
            ConformanceScene scene,
            List<String> answers,
            String end,
            Map<String, List<Event>> events)
            throws Exception {
        Map<String, Boolean> effects = new HashMap<>();
        for (String effect : line.effects()) {
            effects.put(effect, scene.happened(line, effect));
        }
        return new Outcome(
                answers,
                end,
                events.getOrDefault(line.name(), List.of()),
                effects,
                scene.resolve("~/"));
    }
}
