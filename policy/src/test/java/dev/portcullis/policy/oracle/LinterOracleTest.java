// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.MountRefusal;
import dev.portcullis.policy.lint.Linter;
import dev.portcullis.policy.lint.Warning;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is warned of can go, all together, and nothing is decided otherwise. */
class LinterOracleTest {
    private static final int POLICIES = 400;
    private static final int OPERATIONS = 60;
    private static final Set<Integer> WITH_PORTS = Set.of(6, 17, 132, 136);
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void withoutWhatHasNoEffectEverythingIsDecidedAsBefore() throws PolicyException {
        int warnings = 0;
        int cases = 0;
        for (int set = 0; set < POLICIES; set++) {
            RandomCases world = new RandomCases(SEED + set);
            Policy policy = world.policies().getFirst().withMode(Mode.ENFORCE);
            Set<String> idle =
                    Linter.lint(SourcedPolicy.of(policy)).stream()
                            .filter(LinterOracleTest::isOfNoEffect)
                            .map(Warning::field)
                            .collect(Collectors.toSet());
            warnings += idle.size();
            Policy rest = without(policy, idle);
            boolean mountingChanges =
                    MountRefusal.isImpliedBy(policy.spec())
                            != MountRefusal.isImpliedBy(rest.spec());
            Oracle before = new Oracle(List.of(policy));
            Oracle after = new Oracle(List.of(rest));
            for (int i = 0; i < OPERATIONS; i++) {
                Operation operation = world.operation();
                if (isPossible(operation) && !(mountingChanges && isMount(operation))) {
                    assertThat(after.ask(operation, Lane.ENFORCE).action())
                            .as("seed %d, set %d, %s, %s", SEED, set, operation, idle)
                            .isEqualTo(before.ask(operation, Lane.ENFORCE).action());
                    cases++;
                }
            }
        }
        assertThat(warnings).isGreaterThan(100);
        assertThat(cases).isGreaterThan(5000);
    }

    private static boolean isOfNoEffect(Warning warning) {
        return Stream.of(
                        "has no effect", "allows nothing more", "can never match", "leaves nothing")
                .anyMatch(warning.message()::startsWith);
    }

    private static boolean isMount(Operation operation) {
        return operation.kind() == QuestionKind.OPERATION && operation.number() == 1;
    }

    private static boolean isPossible(Operation operation) {
        byte[] subject = operation.subject();
        return (subject == null || isPossible(subject))
                && switch (operation.kind()) {
                    case EGRESS, LISTEN ->
                            WITH_PORTS.contains(operation.protocol()) || operation.port() == 0;
                    case EXEC, MAP, READ, WRITE, READ_WRITE -> isPossible(operation.path());
                    case SOCKET, CAPABILITY, OPERATION -> true;
                };
    }

    private static boolean isPossible(byte[] bytes) {
        String path = new String(bytes, StandardCharsets.ISO_8859_1);
        return path.indexOf('\0') < 0
                && (path.equals("/")
                        || path.startsWith("memfd:")
                        || path.startsWith("anon:")
                        || path.matches("(?s)(/(?!\\.{0,2}(/|$))[^/]+)+"));
    }

    private static Policy without(Policy policy, Set<String> idle) {
        SecurityPolicySpec spec = policy.spec();
        return new SecurityPolicy(
                new Metadata(policy.metadata().name(), "shop", Map.of()),
                new SecurityPolicySpec(
                        spec.podSelector(),
                        spec.containers(),
                        spec.mode(),
                        spec.severity(),
                        spec.message(),
                        spec.labels(),
                        without(
                                "spec.process",
                                spec.process(),
                                idle,
                                (rule, field) ->
                                        new ProcessRule(
                                                rule.action(),
                                                rest(rule.paths(), field + ".paths", idle),
                                                rest(rule.except(), field + ".except", idle),
                                                rule.from(),
                                                rule.exceptFrom(),
                                                rule.unlessOwner())),
                        without(
                                "spec.file",
                                spec.file(),
                                idle,
                                (rule, field) ->
                                        new FileRule(
                                                rule.action(),
                                                rest(rule.paths(), field + ".paths", idle),
                                                rest(rule.except(), field + ".except", idle),
                                                rule.access(),
                                                rule.from(),
                                                rule.exceptFrom(),
                                                rule.unlessOwner())),
                        without("spec.network", spec.network(), idle, (rule, _) -> rule),
                        without(
                                "spec.capabilities",
                                spec.capabilities(),
                                idle,
                                (rule, field) ->
                                        new CapabilityRule(
                                                rule.action(),
                                                rest(rule.names(), field + ".names", idle),
                                                rule.from(),
                                                rule.exceptFrom())),
                        without(
                                "spec.system",
                                spec.system(),
                                idle,
                                (rule, field) ->
                                        new SystemRule(
                                                rule.action(),
                                                rest(
                                                        rule.operations(),
                                                        field + ".operations",
                                                        idle),
                                                rule.from(),
                                                rule.exceptFrom()))));
    }

    private static <R extends Rule> Section<R> without(
            String name, Section<R> section, Set<String> idle, BiFunction<R, String, R> rest) {
        List<R> rules = new ArrayList<>();
        for (int i = 0; i < section.rules().size(); i++) {
            String field = name + ".rules[" + i + "]";
            if (!idle.contains(field)) {
                rules.add(rest.apply(section.rules().get(i), field));
            }
        }
        return new Section<>(section.defaultAction(), rules);
    }

    private static <T> List<T> rest(List<T> values, String field, Set<String> idle) {
        List<T> rest = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (!idle.contains(field + "[" + i + "]")) {
                rest.add(values.get(i));
            }
        }
        return rest;
    }
}
