// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.node.v1alpha1.Applied;
import dev.portcullis.node.v1alpha1.Failure;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.node.v1alpha1.ToNode;
import dev.portcullis.operator.plan.DesiredNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeProtocolTest {
    private static final Map<String, RuleSet> RULE_SETS =
            Stream.of("r1", "r2", "r3")
                    .map(id -> RuleSet.newBuilder().setId(id).build())
                    .collect(Collectors.toMap(RuleSet::getId, Function.identity()));

    private final Versions versions = new Versions(1_000);
    private final NodeProtocol protocol = protocol(0);

    @Test
    void aSnapshotComesFirstWithItsRuleSetsBeforeIt() {
        List<ToNode> messages = next(node(pod("a", "r1"), pod("b", "r1"), pod("c", "")));

        assertThat(messages).hasSize(2);
        assertThat(messages.getFirst().getRuleSet().getId()).isEqualTo("r1");
        assertThat(messages.getLast().getSnapshot().getPodsList())
                .extracting(Pod::getUid)
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void anEmptyNodeGetsASnapshotToo() {
        assertThat(next(DesiredNode.EMPTY).getFirst().hasSnapshot()).isTrue();
    }

    @Test
    void aSnapshotWaitsUntilAllPodsCanBeTold() {
        assertThat(next(new DesiredNode(Map.of("a", pod("a", "r1")), false))).isEmpty();
        assertThat(next(node(pod("a", "r1"), pod("b", "r2")))).hasSize(3);
    }

    @Test
    void aDeltaDoesNotWaitForPodsThatCannotBeToldYet() {
        acknowledge(next(node()));

        List<ToNode> messages = next(new DesiredNode(Map.of("a", pod("a", "")), false));

        assertThat(messages.getFirst().getDelta().getPodsList()).hasSize(1);
    }

    @Test
    void aDeltaHoldsTheDifference() {
        acknowledge(next(node(pod("a", "r1"), pod("b", "r1"), pod("c", "r1"))));

        List<ToNode> messages = next(node(pod("a", "r1"), pod("b", "r2"), pod("d", "r1")));

        assertThat(messages).hasSize(2);
        assertThat(messages.getFirst().getRuleSet().getId()).isEqualTo("r2");
        assertThat(messages.getLast().getDelta().getPodsList())
                .extracting(Pod::getUid)
                .containsExactlyInAnyOrder("b", "d");
        assertThat(messages.getLast().getDelta().getRemovedPodsList()).containsExactly("c");
    }

    @Test
    void nothingIsSentWhileAVersionIsUnderWayAndAllOfItAfterwards() {
        List<ToNode> snapshot = next(node(pod("a", "r1")));

        assertThat(next(node(pod("a", "r2")))).isEmpty();
        assertThat(next(node(pod("a", "r3")))).isEmpty();
        acknowledge(snapshot);
        assertThat(next(node(pod("a", "r3")))).hasSize(2);
    }

    @Test
    void nothingIsSentWhenTheNodeKnowsAll() {
        acknowledge(next(node(pod("a", "r1"))));

        assertThat(next(node(pod("a", "r1")))).isEmpty();
    }

    @Test
    void ruleSetsThatTheNodeHasAreNotSent() {
        NodeProtocol resumed =
                new NodeProtocol(Hello.newBuilder().addRuleSets("r1").build(), versions);

        assertThat(resumed.next(node(pod("a", "r1")), RULE_SETS)).hasSize(1);
    }

    @Test
    void aRuleSetThatNoPodNeededForAVersionIsSentAgain() {
        acknowledge(next(node(pod("a", "r1"))));
        acknowledge(next(node(pod("a", "r2"))));

        assertThat(next(node(pod("a", "r1"))).getFirst().getRuleSet().getId()).isEqualTo("r1");
    }

    @Test
    void aFailureLastsUntilTheRuleSetIsNotNeeded() {
        acknowledge(next(node(pod("a", "r1"))), "r1");
        assertThat(protocol.failures()).containsEntry("r1", "no room");

        acknowledge(next(node(pod("a", "r1"), pod("b", "r2"))));
        assertThat(protocol.failures()).containsOnlyKeys("r1");

        acknowledge(next(node(pod("a", "r2"), pod("b", "r2"))));
        assertThat(protocol.failures()).isEmpty();
    }

    @Test
    void aRuleSetThatFailedIsTriedAgainWithTheNextPodThatNeedsIt() {
        acknowledge(next(node(pod("a", "r1"))), "r1");

        List<ToNode> messages = next(node(pod("a", "r1"), pod("b", "r1")));
        acknowledge(messages);

        assertThat(messages.getFirst().getRuleSet().getId()).isEqualTo("r1");
        assertThat(protocol.failures()).isEmpty();
    }

    @Test
    void whatIsAcknowledgedIsWhatWasSent() {
        List<ToNode> snapshot = next(node(pod("a", "r1")));
        assertThat(protocol.acknowledged()).isEmpty();

        acknowledge(snapshot);

        assertThat(protocol.acknowledged()).containsOnlyKeys("a");
        assertThat(protocol.acknowledgedVersion()).isEqualTo(version(snapshot.getLast()));
    }

    @Test
    void anAcknowledgementOfAnythingElseIsNone() {
        List<ToNode> snapshot = next(node(pod("a", "r1")));
        Applied other = Applied.newBuilder().setVersion(version(snapshot.getLast()) + 1).build();

        assertThat(protocol.applied(other)).isFalse();
        assertThat(protocol.acknowledged()).isEmpty();
    }

    @Test
    void versionsBeginAboveTheNodes() {
        NodeProtocol ahead = protocol(Long.MAX_VALUE - 10);

        assertThat(version(ahead.next(node(), RULE_SETS).getLast())).isEqualTo(Long.MAX_VALUE - 9);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void aNodeThatNoVersionCanBeAboveIsRefused(long version) {
        assertThatThrownBy(() -> protocol(version))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining(Long.toUnsignedString(version));
    }

    private NodeProtocol protocol(long version) {
        return new NodeProtocol(Hello.newBuilder().setVersion(version).build(), versions);
    }

    private List<ToNode> next(DesiredNode desired) {
        return protocol.next(desired, RULE_SETS);
    }

    private void acknowledge(List<ToNode> messages, String... failed) {
        Applied.Builder applied = Applied.newBuilder().setVersion(version(messages.getLast()));
        for (String id : failed) {
            applied.addFailures(Failure.newBuilder().setRuleSet(id).setReason("no room"));
        }
        assertThat(protocol.applied(applied.build())).isTrue();
    }

    private static long version(ToNode message) {
        return message.hasSnapshot()
                ? message.getSnapshot().getVersion()
                : message.getDelta().getVersion();
    }

    private static DesiredNode node(Pod... pods) {
        return new DesiredNode(
                Arrays.stream(pods).collect(Collectors.toMap(Pod::getUid, Function.identity())),
                true);
    }

    private static Pod pod(String uid, String ruleSet) {
        return Pod.newBuilder().setUid(uid).putContainers("c", ruleSet).build();
    }
}
