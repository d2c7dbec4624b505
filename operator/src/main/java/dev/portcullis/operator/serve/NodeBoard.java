// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.operator.plan.Plan;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where plan and streams meet: the newest plan, the one stream of each node, and how far it is. */
public final class NodeBoard {
    private final Map<String, NodeSession> live = new ConcurrentHashMap<>();
    private final Map<String, NodeProgress> progress = new ConcurrentHashMap<>();
    private final Runnable onProgress;
    private volatile Plan plan = Plan.NONE;

    /**
     * A board without nodes.
     *
     * @param onProgress run whenever a node has come, gone, acknowledged or reported; must not
     *     block
     */
    public NodeBoard(Runnable onProgress) {
        this.onProgress = onProgress;
    }

    /** The newest plan. */
    public Plan plan() {
        return plan;
    }

    /** Has a new plan carried out. */
    public void publish(Plan fresh) {
        Plan before = plan;
        plan = fresh;
        live.values()
                .forEach(session -> {
                    if (!fresh.node(session.node()).equals(before.node(session.node()))) {
                        session.push();
                    }
                });
    }

    /** How far each node is that was ever heard of, by name. */
    public Map<String, NodeProgress> progress() {
        return new HashMap<>(progress);
    }

    /** Forgets the nodes that are not among these, unless they are connected. */
    public void retain(Set<String> nodes) {
        progress.keySet().removeIf(node -> !nodes.contains(node) && !live.containsKey(node));
    }

    /** Ends all streams. */
    public void close() {
        List.copyOf(live.values())
                .forEach(session ->
                        session.close(
                                Status.UNAVAILABLE.withDescription("the operator is stopping")));
    }

    void joined(NodeSession session) {
        NodeSession older = live.put(session.node(), session);
        if (older != null && older != session) {
            older.close(
                    Status.ALREADY_EXISTS.withDescription(
                            "another stream of node " + session.node() + " has been opened"));
        }
        changed(session);
    }

    void changed(NodeSession session) {
        // The session is asked within, or an older answer could overtake a newer one.
        progress.compute(
                session.node(),
                (node, last) ->
                        live.get(node) == session ? carryOver(last, session.progress()) : last);
        onProgress.run();
    }

    void left(NodeSession session) {
        if (live.remove(session.node(), session)) {
            progress.computeIfPresent(session.node(), (node, last) -> last.disconnect());
            onProgress.run();
        }
    }

    /** What a new stream has not told yet still is what the last one told. */
    private static NodeProgress carryOver(@Nullable NodeProgress last, NodeProgress now) {
        if (last == null) {
            return now;
        }
        boolean heard = now.version() != 0;
        return new NodeProgress(
                now.node(),
                now.connected(),
                now.backend(),
                now.kernel(),
                heard ? now.version() : last.version(),
                heard ? now.pods() : last.pods(),
                heard ? now.failures() : last.failures(),
                now.report() == null ? last.report() : now.report(),
                now.reported() == null ? last.reported() : now.reported());
    }
}
