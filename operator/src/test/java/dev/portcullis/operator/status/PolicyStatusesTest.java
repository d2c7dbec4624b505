// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import static dev.portcullis.operator.Fixtures.clusterPolicy;
import static dev.portcullis.operator.Fixtures.pod;
import static dev.portcullis.operator.Fixtures.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.compile.Compilation;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.plan.Planner;
import dev.portcullis.operator.select.NamespaceMode;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.select.Selection;
import dev.portcullis.operator.serve.NodeProgress;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.Counts;
import dev.portcullis.operator.view.PolicyStatus;
import dev.portcullis.operator.view.PolicyStatus.Condition;
import dev.portcullis.operator.view.PolicyView;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PolicyStatusesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.5Z");
    private static final String SPEC = "{process: {default: Block}}";
    private static final PolicyView POLICY = policy("shop", "p", 4, SPEC);

    private final Fixtures cluster = new Fixtures().policy(POLICY);
    private final Map<String, NodeProgress> nodes = new HashMap<>();
    private Function<PolicySet, Optional<Compilation>> compilations =
            set ->
                    Optional.of(
                            new Compiled(
                                    RuleSet.newBuilder()
                                            .setId(set.refs().iterator().next().mode().text())
                                            .build()));
    private PolicyStatus before = PolicyStatus.NONE;

    @Test
    void aPolicyWithoutPodsIsProgrammedAndSaysSo() {
        PolicyStatus status = status();

        assertCondition(status, "Accepted", true, "Accepted", "exactly as it is written");
        assertCondition(status, "Programmed", true, "NoPods", "No pod");
        assertThat(status.observedGeneration()).isEqualTo(4);
        assertThat(status.mode()).isEqualTo("Enforce");
    }

    @Test
    void aPolicyWhosePathRulesCanBeEvadedSaysSo() {
        PolicyView mounter =
                policy("shop", "q", 1, "{system: {rules: [{action: Allow, operations: [Mount]}]}}");
        cluster.policy(mounter);
        pods("a");
        assertCondition(status(), "Accepted", true, "Accepted", "tasks can evade its path rules");
        assertThat(status(cluster.view(), mounter).condition("Accepted").orElseThrow().message())
                .doesNotContain("evade");
    }

    @Test
    void anAllowOfAnotherTierDoesNotLetPathRulesBeEvaded() {
        cluster.policy(
                clusterPolicy("q", 1, "{system: {rules: [{action: Allow, operations: [Mount]}]}}"));
        pods("a");
        assertThat(status().condition("Accepted").orElseThrow().message()).doesNotContain("evade");
    }

    @Test
    void aPolicyWithoutPodsTellsOfNodesThatWouldNotEnforceIt() {
        cluster.node("a", true).node("b", true).node("z", false);
        nodes.put("a", connected("a"));

        assertCondition(
                status(),
                "Programmed",
                true,
                "NoPods",
                "No pod on a node is selected. No enforcer is connected from b; look at its pod there.");
    }

    @Test
    void aPolicyIsProgrammedWhenAllNodesHaveAcknowledged() {
        pods("a", "b");
        nodes.put("a", acknowledged("a"));
        nodes.put("b", acknowledged("b"));

        PolicyStatus status = status();

        assertCondition(status, "Programmed", true, "Programmed", "All Ready nodes");
        assertThat(status.matched()).isEqualTo(2);
        assertThat(status.enforced()).isEqualTo(2);
    }

    @Test
    void nodesThatHaveNotAcknowledgedAreNamed() {
        pods("a", "b", "c");
        nodes.put("a", acknowledged("a"));
        nodes.put("b", connected("b"));

        PolicyStatus status = status();

        assertCondition(
                status,
                "Programmed",
                false,
                "NodesPending",
                "Waiting for b, c. No enforcer is connected from c");
        assertThat(status.enforced()).isEqualTo(1);
    }

    @Test
    void anAcknowledgementOfAnOlderRuleSetDoesNotCount() {
        pods("a");
        nodes.put("a", acknowledged("a"));
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "audit"), "");

        assertCondition(status(), "Programmed", false, "NodesPending", "Waiting for a.");
    }

    @Test
    void nodesThatAreNotReadyAreListedApart() {
        pods("a");
        cluster.node("z", false).pod(pod("shop", "web-z", "web", "z", "c"));
        nodes.put("a", acknowledged("a"));

        PolicyStatus status = status();

        assertCondition(status, "Programmed", true, "Programmed", "Not Ready and not counted: z.");
        assertThat(status.matched()).isEqualTo(2);
        assertThat(status.enforced()).isEqualTo(1);
    }

    @Test
    void aNodeThatFailedIsNamedWithItsReason() {
        pods("a", "b");
        nodes.put("a", acknowledged("a"));
        NodeProgress b = acknowledged("b");
        nodes.put(
                "b",
                new NodeProgress(
                        "b",
                        true,
                        "lsm",
                        "6.12",
                        1,
                        b.pods(),
                        Map.of("Enforce", "no room in the table"),
                        null,
                        null));

        assertCondition(
                status(),
                "Programmed",
                false,
                "NodeFailed",
                "Failed on b; b: no room in the table");
    }

    @Test
    void whatIsBeingCompiledIsPending() {
        pods("a");
        nodes.put("a", connected("a"));
        compilations = set -> Optional.empty();

        assertCondition(status(), "Programmed", false, "NodesPending", "is being compiled");
    }

    @Test
    void aPolicyThatIsTooComplexIsNotAccepted() {
        pods("a");
        nodes.put("a", connected("a"));
        compilations = set -> Optional.of(new Failed("too complex", Set.of(POLICY.key())));

        PolicyStatus status = status();

        assertCondition(status, "Accepted", false, "TooComplex", "too complex");
        assertCondition(status, "Programmed", false, "NotAccepted", "not accepted");
        assertThat(status.enforced()).isZero();
    }

    @Test
    void aPolicyThatCannotBeReadSaysWhatHoldsInstead() {
        PolicyView broken =
                new PolicyView(
                        POLICY.key(),
                        POLICY.uid(),
                        5,
                        POLICY.accepted(),
                        List.of("spec.mode: \"Enforced\" is not known here; write Enforce"),
                        Map.of(),
                        PolicyStatus.NONE);

        PolicyStatus status = status(new Fixtures().policy(broken).view(), broken);

        assertCondition(
                status,
                "Accepted",
                false,
                "Invalid",
                "spec.mode: \"Enforced\" is not known here; write Enforce. Until then generation 4");
        assertCondition(status, "Programmed", false, "NotAccepted", "not accepted");
        assertThat(status.observedGeneration()).isEqualTo(5);
    }

    @Test
    void aNamespaceThatIsOffAndAProtectedOneSaySoWithTheCure() {
        pods("a");
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "off"), "");
        assertCondition(
                status(),
                "Programmed",
                false,
                "NamespaceModeOff",
                "Namespace shop has label portcullis.dev/mode=off; set it to audit or enforce");
        assertThat(status().mode()).isEqualTo("Off");

        PolicyView guarded = policy("kube-system", "p", 1, SPEC);
        assertCondition(
                status(new Fixtures().policy(guarded).view(), guarded),
                "Programmed",
                false,
                "ProtectedNamespace",
                "label it portcullis.dev/mode=enforce");
    }

    @Test
    void aLabelThatMeansNothingAndBrokenGlassAreToldOf() {
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "of"), "2026-03-01T13:00:00Z");

        assertCondition(
                status(),
                "Programmed",
                true,
                "NoPods",
                "glass broken: nothing is refused until 2026-03-01T13:00:00Z");
        assertCondition(
                status(), "Programmed", true, "NoPods", "Warning: namespace shop has label");
        assertThat(status().mode()).isEqualTo("Audit");
    }

    @Test
    void theModeOfAPolicyOfTheClusterLeavesProtectedNamespacesAside() {
        PolicyView policy = clusterPolicy("all", 1, SPEC);
        Fixtures many =
                new Fixtures()
                        .policy(policy)
                        .namespace("kube-system", Map.of(), "")
                        .namespace("shop", Map.of(), "");
        assertThat(status(many.view(), policy).mode()).isEqualTo("Enforce");

        many.namespace("bank", Map.of(NamespaceMode.LABEL, "audit"), "");
        assertThat(status(many.view(), policy).mode()).isEqualTo("Mixed");
    }

    @Test
    void aConditionKeepsItsTimeUntilItsStatusChanges() {
        before = status();
        String first = before.condition("Programmed").orElseThrow().lastTransitionTime();
        assertThat(first).isEqualTo("2026-03-01T12:00:00Z");

        PolicyStatus later = status(NOW.plusSeconds(60));
        assertThat(later.condition("Programmed").orElseThrow().lastTransitionTime())
                .isEqualTo(first);

        pods("a");
        assertThat(
                        status(NOW.plusSeconds(60))
                                .condition("Programmed")
                                .orElseThrow()
                                .lastTransitionTime())
                .isEqualTo("2026-03-01T12:01:00Z");
    }

    @Test
    void countsAreSummedOverNodesAndNeverFall() {
        nodes.put("a", reporting("a", 10, 1, 0));
        nodes.put("b", reporting("b", 5, 0, 7));
        before = status();
        assertThat(before.counts()).isEqualTo(new Counts(15, 1, 7));

        nodes.remove("b");
        assertThat(status().counts()).isEqualTo(new Counts(15, 1, 7));
    }

    @Test
    void statusSurvivesJson() {
        pods("a");
        PolicyStatus status = status();

        assertThat(StatusJson.read(StatusJson.write(status))).isEqualTo(status);
        assertThat(StatusJson.read(null)).isEqualTo(PolicyStatus.NONE);
        assertThat(StatusJson.read(Map.of("pods", 3, "conditions", "x", "blocked", -1)))
                .isEqualTo(PolicyStatus.NONE);
    }

    private void pods(String... names) {
        for (String node : names) {
            cluster.node(node, true).pod(pod("shop", "web-" + node, "web", node, "c"));
        }
    }

    private PolicyStatus status() {
        return status(NOW);
    }

    private PolicyStatus status(Instant now) {
        return statuses(cluster.view(), now).of(POLICY, before);
    }

    private PolicyStatus status(ClusterView view, PolicyView policy) {
        return statuses(view, NOW).of(policy, before);
    }

    private PolicyStatuses statuses(ClusterView view, Instant now) {
        Plan plan = plan(view);
        return new PolicyStatuses(plan, nodes, new Evasion().among(plan.needed()), now);
    }

    private Plan plan(ClusterView view) {
        return Planner.plan(
                view, Selection.decide(view, Set.of("kube-system"), NOW), compilations, Plan.NONE);
    }

    private NodeProgress acknowledged(String node) {
        return new NodeProgress(
                node,
                true,
                "lsm",
                "6.12",
                1,
                plan(cluster.view()).node(node).pods(),
                Map.of(),
                null,
                null);
    }

    private static NodeProgress connected(String node) {
        return new NodeProgress(node, true, "lsm", "6.12", 0, Map.of(), Map.of(), null, null);
    }

    private static NodeProgress reporting(String node, int blocked, int killed, int wouldBlock) {
        Report report =
                Report.newBuilder()
                        .addCounts(
                                PolicyCount.newBuilder()
                                        .setNamespace("shop")
                                        .setPolicy("p")
                                        .setBlocked(blocked)
                                        .setKilled(killed)
                                        .setWouldBlock(wouldBlock))
                        .addCounts(
                                PolicyCount.newBuilder()
                                        .setNamespace("bank")
                                        .setPolicy("p")
                                        .setBlocked(1000))
                        .build();
        return new NodeProgress(node, true, "lsm", "6.12", 1, Map.of(), Map.of(), report, NOW);
    }

    private static void assertCondition(
            PolicyStatus status, String type, boolean holds, String reason, String message) {
        Condition condition = status.condition(type).orElseThrow();
        assertThat(condition.reason()).isEqualTo(reason);
        assertThat(condition.status()).isEqualTo(holds);
        assertThat(condition.message()).contains(message);
    }
}
