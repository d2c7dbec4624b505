// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.node.v1alpha1.Applied;
import dev.portcullis.node.v1alpha1.Delta;
import dev.portcullis.node.v1alpha1.Failure;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.node.v1alpha1.Snapshot;
import dev.portcullis.node.v1alpha1.ToNode;
import dev.portcullis.operator.plan.DesiredNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is said on one stream, without the stream: a Snapshot, then Deltas, each with the rule sets
 * that it needs before it.
 *
 * <p>At most one version is under way. What changes meanwhile goes into the next, so that no queue
 * grows behind a slow node, and a rule set never comes to a node while it still drops those that
 * its last version needs no more. Not safe for use by several threads.
 */
final class NodeProtocol {
    private final Versions versions;
    private final Set<String> onNode;
    private final Set<String> retried = new HashSet<>();
    private long version;
    private boolean snapshotSent;
    private Map<String, Pod> sent = Map.of();
    private boolean underWay;
    private Map<String, Pod> acknowledged = Map.of();
    private long acknowledgedVersion;
    private Map<String, String> failures = Map.of();

    /**
     * A stream that a node has just begun.
     *
     * @throws ArithmeticException if no version could be above the node's
     */
    NodeProtocol(Hello hello, Versions versions) {
        this.versions = versions;
        version = hello.getVersion();
        if (version < 0 || version == Long.MAX_VALUE) {
            throw new ArithmeticException("no version is above " + Long.toUnsignedString(version));
        }
        onNode = new HashSet<>(hello.getRuleSetsList());
    }

    /**
     * What to send now, in this order: nothing while a version is under way or the node knows all.
     *
     * @param desired what the node shall know
     * @param ruleSets at least those that it refers to
     */
    List<ToNode> next(DesiredNode desired, Map<String, RuleSet> ruleSets) {
        if (underWay || (snapshotSent ? sent.equals(desired.pods()) : !desired.complete())) {
            return List.of();
        }
        version = versions.above(version);
        Delta delta = difference(desired.pods());
        ToNode change =
                snapshotSent
                        ? ToNode.newBuilder().setDelta(delta).build()
                        : ToNode.newBuilder()
                                .setSnapshot(
                                        Snapshot.newBuilder()
                                                .setVersion(version)
                                                .addAllPods(desired.pods().values()))
                                .build();
        Set<String> needed = DesiredNode.ruleSets(desired.pods().values());
        // A rule set that failed is sent again with any pod that newly needs it.
        Set<String> touched = DesiredNode.ruleSets(delta.getPodsList());
        List<ToNode> messages = new ArrayList<>();
        retried.clear();
        for (String id : needed) {
            if (!onNode.contains(id) || (failures.containsKey(id) && touched.contains(id))) {
                RuleSet ruleSet = ruleSets.get(id);
                if (ruleSet == null) {
                    throw new IllegalStateException("rule set " + id + " is not there to send");
                }
                messages.add(ToNode.newBuilder().setRuleSet(ruleSet).build());
                retried.add(id);
            }
        }
        messages.add(change);
        onNode.clear();
        onNode.addAll(needed);
        sent = desired.pods();
        snapshotSent = true;
        underWay = true;
        return messages;
    }

    /** Takes an acknowledgement; false if it is for nothing that is under way. */
    boolean applied(Applied applied) {
        if (!underWay || applied.getVersion() != version) {
            return false;
        }
        underWay = false;
        acknowledged = sent;
        acknowledgedVersion = version;
        // One that failed before, is still needed and was not sent again, still does.
        Map<String, String> failed = new HashMap<>(failures);
        failed.keySet().retainAll(onNode);
        failed.keySet().removeAll(retried);
        for (Failure failure : applied.getFailuresList()) {
            failed.put(failure.getRuleSet(), failure.getReason());
        }
        failures = Map.copyOf(failed);
        return true;
    }

    /** Pods as the node has acknowledged them, by uid. */
    Map<String, Pod> acknowledged() {
        return acknowledged;
    }

    /** The version that the node has acknowledged; 0 for none on this stream. */
    long acknowledgedVersion() {
        return acknowledgedVersion;
    }

    /** Rule sets that could not be put into the node's kernel, with the reason. */
    Map<String, String> failures() {
        return failures;
    }

    private Delta difference(Map<String, Pod> desired) {
        Delta.Builder delta = Delta.newBuilder().setVersion(version);
        desired.forEach((uid, pod) -> {
            @Nullable Pod known = sent.get(uid);
            if (!pod.equals(known)) {
                delta.addPods(pod);
            }
        });
        sent.keySet().stream()
                .filter(uid -> !desired.containsKey(uid))
                .forEach(delta::addRemovedPods);
        return delta.build();
    }
}
