// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import dev.portcullis.operator.compile.Compilations;
import dev.portcullis.operator.loop.Loop;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.plan.Planner;
import dev.portcullis.operator.select.Decision;
import dev.portcullis.operator.select.Selection;
import dev.portcullis.operator.serve.NodeBoard;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.policy.compile.RuleSetCompiler;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** From a view of the cluster to a plan, whenever either could have changed. */
final class Reconciler implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Duration NOT_SYNCED = Duration.ofMillis(100);

    private final BooleanSupplier synced;
    private final Supplier<ClusterView> view;
    private final NodeBoard board;
    private final Runnable onPlan;
    private final Set<String> protectedNamespaces;
    private final Clock clock;
    private final Compilations compilations;
    private final Loop loop = new Loop("reconcile", PAUSE, INTERVAL, this::turn);
    private volatile boolean planned;

    Reconciler(
            BooleanSupplier synced,
            Supplier<ClusterView> view,
            NodeBoard board,
            Runnable onPlan,
            Set<String> protectedNamespaces,
            Clock clock) {
        this.synced = synced;
        this.view = view;
        this.board = board;
        this.onPlan = onPlan;
        this.protectedNamespaces = Set.copyOf(protectedNamespaces);
        this.clock = clock;
        compilations = new Compilations(new RuleSetCompiler(), this::wake);
    }

    void start() {
        loop.start();
        loop.wake();
    }

    void wake() {
        loop.wake();
    }

    /** Whether the board has a plan that was made from the whole cluster. */
    boolean ready() {
        return planned;
    }

    @Override
    public void close() {
        loop.close();
        compilations.close();
    }

    private void turn() {
        // A plan from half of the cluster would have nodes forget the other half.
        if (!synced.getAsBoolean()) {
            loop.wakeIn(NOT_SYNCED);
            return;
        }
        ClusterView now = view.get();
        Decision decision = Selection.decide(now, protectedNamespaces, clock.instant());
        Plan plan = Planner.plan(now, decision, compilations::get, board.plan());
        board.publish(plan);
        board.retain(now.nodes().keySet());
        compilations.retain(plan.needed());
        planned = true;
        onPlan.run();
        if (decision.until() != null) {
            loop.wakeIn(Duration.between(clock.instant(), decision.until()));
        }
    }
}
