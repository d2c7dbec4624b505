// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import static dev.portcullis.operator.Fixtures.clusterPolicy;
import static dev.portcullis.operator.Fixtures.key;
import static dev.portcullis.operator.Fixtures.pod;
import static dev.portcullis.operator.Fixtures.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.select.Decision.PodDecision;
import dev.portcullis.operator.select.Decision.Selected;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.operator.view.PolicyView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String EVERYTHING = "{process: {default: Block}}";

    private final Fixtures cluster = new Fixtures();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                    | true",
                "{podSelector: {}}                                     | true",
                "{podSelector: {matchLabels: {app: web}}}              | true",
                "{podSelector: {matchLabels: {app: db}}}               | false",
                "{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}} | false",
                "{podSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}} | true",
                "{containers: [nginx]}                                 | true",
                "{containers: [other]}                                 | false",
                "{containers: [other, nginx]}                          | true",
            })
    void aPolicySelectsByLabelsAndContainers(String spec, boolean selects) {
        cluster.pod(pod("shop", "web-0", "web", "a", "nginx", "sidecar"))
                .policy(policy("shop", "p", 1, spec));

        Decision decision = decide();

        assertThat(decision.policies().get(key("shop", "p")).pods()).hasSize(selects ? 1 : 0);
        assertThat(names(only(decision).unnamed())).hasSize(selects ? 1 : 0);
    }

    @Test
    void aPolicyStaysInItsNamespace() {
        cluster.pod(pod("shop", "web-0", "web", "a", "nginx"))
                .policy(policy("bank", "p", 1, EVERYTHING));

        assertThat(only(decide()).unnamed().isEmpty()).isTrue();
    }

    @Test
    void containersGetTheirOwnAndTheStrictestIsForTheUnnamed() {
        cluster.pod(pod("shop", "web-0", "web", "a", "init", "nginx"))
                .policy(policy("shop", "all", 1, EVERYTHING))
                .policy(policy("shop", "nginx", 1, "{containers: [nginx]}"))
                .policy(policy("shop", "absent", 1, "{containers: [absent]}"));

        PodDecision decided = only(decide());

        assertThat(names(decided.containers().get("init"))).containsExactly("all");
        assertThat(names(decided.containers().get("nginx"))).containsExactly("all", "nginx");
        assertThat(names(decided.others())).containsExactly("all");
        assertThat(names(decided.unnamed())).containsExactly("all", "nginx");
    }

    @Test
    void aPodWithoutPoliciesIsDecidedToo() {
        cluster.pod(pod("shop", "web-0", "web", "a", "nginx"));

        PodDecision decided = only(decide());

        assertThat(decided.containers()).containsExactly(Map.entry("nginx", PolicySet.EMPTY));
        assertThat(decided.others().isEmpty() && decided.unnamed().isEmpty()).isTrue();
    }

    @Test
    void podsThatAreOnNoNodeOrFinishedAreLeftOut() {
        PodView running = pod("shop", "web-0", "web", "a", "nginx");
        cluster.pod(pod("shop", "pending", "web", "", "nginx"))
                .pod(
                        new PodView(
                                "uid-done",
                                "uid-done",
                                "shop",
                                "done",
                                Map.of(),
                                "a",
                                List.of("nginx"),
                                true,
                                ""))
                .pod(running);

        assertThat(decide().pods()).extracting(PodDecision::pod).containsExactly(running);
    }

    @Test
    void theNamespacesModeIsPartOfWhatAContainerGets() {
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "audit"), "")
                .pod(pod("shop", "web-0", "web", "a", "nginx"))
                .policy(policy("shop", "p", 3, EVERYTHING));

        PolicySet set = only(decide()).containers().get("nginx");

        assertThat(set.refs())
                .containsExactly(new PolicyRef(key("shop", "p"), "uid-p", 3, Mode.AUDIT));
        assertThat(set.sources().getFirst().policy().spec().mode()).isEqualTo(Mode.AUDIT);
    }

    @Test
    void aPolicyThatIsOffIsSelectedButDoesNotHold() {
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "off"), "")
                .pod(pod("shop", "web-0", "web", "a", "nginx"))
                .policy(policy("shop", "p", 1, EVERYTHING));

        Decision decision = decide();

        assertThat(only(decision).unnamed().isEmpty()).isTrue();
        assertThat(decision.policies().get(key("shop", "p")).pods())
                .containsExactly(new Selected("uid-web-0", "a", Optional.empty()));
    }

    @Test
    void theDecisionEndsWithTheFirstBrokenGlass() {
        cluster.namespace("a", Map.of(), "2026-03-01T14:00:00Z")
                .namespace("b", Map.of(), "2026-03-01T13:00:00Z");

        assertThat(decide().until()).isEqualTo("2026-03-01T13:00:00Z");
    }

    @Test
    void aPolicyThatWasNeverAcceptedDecidesNothing() {
        PolicyView good = policy("shop", "p", 1, EVERYTHING);
        cluster.pod(pod("shop", "web-0", "web", "a", "nginx"))
                .policy(
                        new PolicyView(
                                good.key(),
                                good.uid(),
                                1,
                                Optional.empty(),
                                List.of("spec: wrong"),
                                Map.of(),
                                good.recorded()));

        Decision decision = decide();

        assertThat(decision.policies()).isEmpty();
        assertThat(only(decision).unnamed().isEmpty()).isTrue();
    }

    /** A pod can be made with the annotations of another's mirror. */
    @Test
    void ofTwoPodsThatClaimACgroupTheOlderIsBelieved() {
        PodView real = mirror("real", "2026-01-01T00:00:00Z");
        PodView forged = mirror("forged", "2026-01-02T00:00:00Z");
        cluster.pod(forged).pod(real);

        assertThat(decide().pods()).extracting(PodDecision::pod).containsExactly(real);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{process: {default: Block}}                                               | shop,bank",
                "{namespaceSelector: {matchLabels: {team: a}}}                             | shop",
                "{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: db}}} |",
                "{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}} | bank",
            })
    void aPolicyOfTheClusterSelectsNamespacesByTheirLabels(String spec, String selected) {
        cluster.namespace("shop", Map.of("team", "a"), "")
                .namespace("bank", Map.of("team", "b"), "")
                .pod(pod("shop", "web-0", "web", "a", "nginx"))
                .pod(pod("bank", "web-1", "web", "a", "nginx"))
                .pod(pod("kube-system", "dns-0", "web", "a", "dns"))
                .policy(clusterPolicy("p", 1, spec));

        assertThat(
                        decide().pods().stream()
                                .filter(pod -> !pod.unnamed().isEmpty())
                                .map(pod -> pod.pod().namespace()))
                .containsExactlyInAnyOrder(selected == null ? new String[0] : selected.split(","));
    }

    @Test
    void aPolicyOfTheClusterHasTheModeOfEachNamespace() {
        cluster.namespace("shop", Map.of(NamespaceMode.LABEL, "audit"), "")
                .namespace("bank", Map.of(), "")
                .pod(pod("shop", "web-0", "web", "a", "nginx"))
                .pod(pod("bank", "web-1", "web", "a", "nginx"))
                .policy(clusterPolicy("p", 1, EVERYTHING));

        assertThat(decide().pods())
                .flatExtracting(pod -> pod.unnamed().refs())
                .extracting(PolicyRef::mode)
                .containsExactlyInAnyOrder(Mode.AUDIT, Mode.ENFORCE);
    }

    @Test
    void aPodWhoseNamespaceHasNotBeenSeenIsNotDecided() {
        cluster.early(pod("new", "web-0", "web", "a", "nginx"))
                .pod(pod("shop", "web-1", "web", "b", "nginx"));

        Decision decision = decide();

        assertThat(decision.pods())
                .extracting(decided -> decided.pod().node())
                .containsExactly("b");
        assertThat(decision.undecided()).containsExactly("a");
    }

    private static PodView mirror(String name, String created) {
        return new PodView(
                "uid-" + name,
                "0123456789abcdef0123456789abcdef",
                "shop",
                name,
                Map.of(),
                "a",
                List.of("c"),
                false,
                created);
    }

    private Decision decide() {
        return Selection.decide(cluster.view(), Set.of("kube-system"), NOW);
    }

    private static PodDecision only(Decision decision) {
        assertThat(decision.pods()).hasSize(1);
        return decision.pods().getFirst();
    }

    private static List<String> names(PolicySet set) {
        return set.refs().stream().map(ref -> ref.key().name()).sorted().toList();
    }
}
