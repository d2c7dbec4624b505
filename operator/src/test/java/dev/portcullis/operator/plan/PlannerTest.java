// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import static dev.portcullis.operator.Fixtures.key;
import static dev.portcullis.operator.Fixtures.pod;
import static dev.portcullis.operator.Fixtures.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.compile.Compilation;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.select.Selection;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.PolicyKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String SPEC = "{process: {default: Block}}";

    @Test
    void aPodIsToldWithTheRuleSetsOfItsContainers() {
        ClusterView view =
                new Fixtures()
                        .pod(pod("shop", "web-0", "web", "a", "nginx", "sidecar"))
                        .policy(policy("shop", "p", 1, "{containers: [nginx]}"))
                        .view();

        Plan plan = plan(view, PlannerTest::compiled, Plan.NONE);

        assertThat(plan.node("a").complete()).isTrue();
        assertThat(plan.node("a").pods())
                .containsEntry(
                        "uid-web-0",
                        Pod.newBuilder()
                                .setUid("uid-web-0")
                                .setNamespace("shop")
                                .setName("web-0")
                                .putContainers("nginx", "p@1")
                                .putContainers("sidecar", "")
                                .setOthers("")
                                .setUnnamed("p@1")
                                .build());
        assertThat(plan.ruleSets()).containsOnlyKeys("p@1");
    }

    @Test
    void aNewPodIsNotToldBeforeItsRuleSetIsThere() {
        ClusterView view =
                shop().policy(policy("shop", "p", 1, SPEC))
                        .pod(pod("bank", "free", "x", "a", "c"))
                        .view();

        Plan plan = plan(view, set -> Optional.empty(), Plan.NONE);

        assertThat(plan.node("a").pods()).containsOnlyKeys("uid-free");
        assertThat(plan.node("a").complete()).isFalse();
        assertThat(plan.needed()).hasSize(1);
    }

    @Test
    void aNodeWithAPodThatIsUndecidedIsNotComplete() {
        ClusterView view = new Fixtures().early(pod("new", "web-0", "web", "a", "c")).view();

        Plan plan = plan(view, PlannerTest::compiled);

        assertThat(plan.node("a")).isEqualTo(new DesiredNode(Map.of(), false));
    }

    @Test
    void aKnownPodKeepsWhatItHasMeanwhile() {
        Plan before =
                plan(shop().policy(policy("shop", "p", 1, SPEC)).view(), PlannerTest::compiled);

        Plan plan =
                plan(
                        shop().policy(policy("shop", "p", 2, SPEC)).view(),
                        set -> Optional.empty(),
                        before);

        assertThat(plan.node("a")).isEqualTo(before.node("a"));
        assertThat(plan.ruleSets()).containsOnlyKeys("p@1");
        assertThat(plan.pods().get("a").get("uid-web-0").missing())
                .extracting(PolicyRef::generation)
                .containsExactly(2L);
    }

    @Test
    void aCulpritGivesWayToItsFormerGenerationAndNobodyElseDoes() {
        Plan before =
                plan(shop().policy(policy("shop", "p", 1, SPEC)).view(), PlannerTest::compiled);

        Plan plan =
                plan(
                        shop().policy(policy("shop", "p", 2, SPEC))
                                .policy(policy("shop", "q", 1, SPEC))
                                .view(),
                        set -> refusing(set, key("shop", "p"), 2),
                        before);

        assertThat(plan.node("a").pods().get("uid-web-0").getUnnamed()).isEqualTo("p@1,q@1");
        assertThat(plan.refused()).containsOnlyKeys(key("shop", "p"));
        assertThat(plan.pods().get("a").get("uid-web-0").missing())
                .extracting(ref -> ref.key().name())
                .containsExactly("p");
    }

    @Test
    void aCulpritWithoutAFormerGenerationIsLeftOut() {
        Plan plan =
                plan(
                        shop().policy(policy("shop", "p", 2, SPEC))
                                .policy(policy("shop", "q", 1, SPEC))
                                .view(),
                        set -> refusing(set, key("shop", "p"), 2),
                        Plan.NONE);

        assertThat(plan.node("a").pods().get("uid-web-0").getUnnamed()).isEqualTo("q@1");
        assertThat(plan.refused()).containsOnlyKeys(key("shop", "p"));
    }

    @Test
    void aPolicyThatIsGoneIsGone() {
        Plan before =
                plan(shop().policy(policy("shop", "p", 1, SPEC)).view(), PlannerTest::compiled);

        Plan plan = plan(shop().view(), PlannerTest::compiled, before);

        assertThat(plan.node("a").pods().get("uid-web-0").getUnnamed()).isEmpty();
        assertThat(plan.ruleSets()).isEmpty();
    }

    @Test
    void aContainerThatIsNewMeanwhileIsJudgedByTheStrictest() {
        Fixtures one = new Fixtures().pod(pod("shop", "web-0", "web", "a", "nginx"));
        Plan before =
                plan(
                        one.policy(policy("shop", "p", 1, "{containers: [nginx]}")).view(),
                        PlannerTest::compiled);
        ClusterView grown =
                new Fixtures()
                        .pod(pod("shop", "web-0", "web", "a", "nginx", "debug"))
                        .policy(policy("shop", "p", 1, "{containers: [nginx]}"))
                        .policy(policy("shop", "q", 1, "{containers: [debug]}"))
                        .view();

        Plan plan =
                plan(
                        grown,
                        set -> id(set).contains("q") ? Optional.empty() : compiled(set),
                        before);

        assertThat(plan.node("a").pods().get("uid-web-0").getContainersMap())
                .containsEntry("debug", "p@1");
    }

    private static Fixtures shop() {
        return new Fixtures().pod(pod("shop", "web-0", "web", "a", "nginx"));
    }

    private static Plan plan(
            ClusterView view, Function<PolicySet, Optional<Compilation>> compilations) {
        return plan(view, compilations, Plan.NONE);
    }

    private static Plan plan(
            ClusterView view,
            Function<PolicySet, Optional<Compilation>> compilations,
            Plan before) {
        return Planner.plan(
                view, Selection.decide(view, Set.of(), Instant.EPOCH), compilations, before);
    }

    private static Optional<Compilation> compiled(PolicySet set) {
        return Optional.of(new Compiled(RuleSet.newBuilder().setId(id(set)).build()));
    }

    private static Optional<Compilation> refusing(
            PolicySet set, PolicyKey culprit, long generation) {
        boolean there =
                set.refs().stream()
                        .anyMatch(
                                ref -> ref.key().equals(culprit) && ref.generation() == generation);
        return there ? Optional.of(new Failed("too complex", Set.of(culprit))) : compiled(set);
    }

    private static String id(PolicySet set) {
        return set.refs().stream()
                .sorted()
                .map(ref -> ref.key().name() + "@" + ref.generation())
                .collect(Collectors.joining(","));
    }
}
