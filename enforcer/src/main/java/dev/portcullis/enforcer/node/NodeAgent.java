// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.KernelSupport;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.node.v1alpha1.Applied;
import dev.portcullis.node.v1alpha1.Delta;
import dev.portcullis.node.v1alpha1.Failure;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.NodeState;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.Snapshot;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The agent of a node, apart from its connection to the operator. Ending it lifts nothing: see
 * {@link Coverage#PODS}.
 *
 * <p>Methods may be called by any thread; what they do is done on the agent's own.
 */
public final class NodeAgent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NodeAgent.class.getName());

    /** How long the kernel may hold tasks without hearing from the agent. */
    private static final long PROMISE_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    /** How often it hears, and the agent looks at what is held by itself. */
    private static final long TICK_MILLISECONDS = 500;

    /** How often what is gone is looked for, in ticks. */
    private static final int SWEEP_TICKS = 20;

    /** A round takes milliseconds; putting many large rule sets into the kernel some seconds. */
    private static final long STUCK_NANOSECONDS = TimeUnit.MINUTES.toNanos(2);

    private static final long END_SECONDS = 10;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("agent").daemon(true).unstarted(task));

    private final AtomicBoolean lookingAtHeld = new AtomicBoolean();
    private final StateFile file;
    private final Bundles bundles;
    private final Map<String, RuleSet> ruleSets = new HashMap<>();
    private final Map<String, Pod> told = new LinkedHashMap<>(); // by UID
    private final Map<String, String> degraded = new LinkedHashMap<>(); // sentence by topic
    private final PolicyTotals past;
    private final Enforcer enforcer;
    private volatile @Nullable HeldContainers held;
    private @Nullable PodTable pods;
    private @Nullable Future<?> ticking;
    private volatile long lastRound = System.nanoTime();
    private long version;
    private int ticks;

    /**
     * Starts enforcing what the node knew last.
     *
     * @throws EnforcerException if the machine lacks something, or another agent is at work; says
     *     what cures it
     */
    public static NodeAgent start(NodeOptions options) {
        NodeAgent agent = new NodeAgent(options);
        agent.ticking =
                agent.thread.scheduleWithFixedDelay(
                        agent::tick, 0, TICK_MILLISECONDS, TimeUnit.MILLISECONDS);
        return agent;
    }

    private NodeAgent(NodeOptions options) {
        file = new StateFile(options.state());
        bundles = new Bundles(options.bundles());
        NodeState state = file.read().orElse(NodeState.getDefaultInstance());
        version = state.getSnapshot().getVersion();
        state.getRuleSetsList().forEach(this::receive);
        state.getSnapshot().getPodsList().forEach(pod -> told.put(pod.getUid(), pod));
        past = new PolicyTotals(state.getCountsList());
        enforcer =
                Enforcer.start(
                        new EnforcerOptions(
                                options.pinFolder(),
                                Coverage.PODS,
                                options.events(),
                                this::lookAtHeldSoon),
                        ruleSets::get,
                        this::prepare);
        held = new HeldContainers(options, bundles, pods(), enforcer.held(), degraded);
    }

    private PodTable pods() {
        return Objects.requireNonNull(pods, "made when the agent is prepared");
    }

    /** Before anything is judged by this agent's doing: what the node knew, and what runs on it. */
    private void prepare(Enforcer started) {
        started.onRuleSetGone(past::add);
        PodTable table = new PodTable(started, ruleSets::get);
        pods = table;
        table.adopt(started.recovered());
        List<ContainerInfo> running = new ArrayList<>();
        for (String id : bundles.ids()) {
            try {
                bundles.find(id).ifPresent(running::add);
            } catch (EnforcerException e) {
                LOG.log(Level.WARNING, String.valueOf(e.getMessage()));
            }
        }
        running.forEach(table::describe);
        for (Pod pod : told.values()) {
            table.put(pod).forEach(failure -> LOG.log(Level.WARNING, failure.getReason()));
        }
        running.forEach(table::add);
    }

    /** Gets ready for a rule set that a version to come refers to. */
    private void receive(dev.portcullis.node.v1alpha1.RuleSet message) {
        try {
            RuleSet rules = RuleSetCodec.decode(message);
            ruleSets.put(rules.id(), rules);
        } catch (IllegalArgumentException e) {
            // Pods that refer to it are answered with a failure, as it was never received.
            LOG.log(Level.ERROR, "a rule set of the operator's cannot be used", e);
        }
    }

    /** Takes a rule set that what comes next refers to. */
    public Future<?> take(dev.portcullis.node.v1alpha1.RuleSet message) {
        return thread.submit(() -> receive(message));
    }

    /** Has all of this hold, and nothing beyond. */
    public Future<Applied> apply(Snapshot snapshot) {
        return thread.submit(() -> {
            told.clear();
            pods().forgetOthers(snapshot.getPodsList());
            return apply(snapshot.getVersion(), snapshot.getPodsList());
        });
    }

    /** Has these changes hold. */
    public Future<Applied> apply(Delta delta) {
        return thread.submit(() -> {
            for (String uid : delta.getRemovedPodsList()) {
                told.remove(uid);
                pods().forget(uid);
            }
            return apply(delta.getVersion(), delta.getPodsList());
        });
    }

    private Applied apply(long newVersion, List<Pod> changed) {
        Applied.Builder applied = Applied.newBuilder().setVersion(newVersion);
        for (Pod pod : changed) {
            told.put(pod.getUid(), pod);
            List<Failure> failures = pods().put(pod);
            failures.forEach(failure -> LOG.log(Level.ERROR, failure.getReason()));
            applied.addAllFailures(failures);
        }
        version = newVersion;
        ruleSets.keySet().retainAll(NodePodRules.of(told.values()));
        save();
        lookAtHeld();
        return applied.build();
    }

    private void save() {
        NodeState.Builder state =
                NodeState.newBuilder()
                        .setSnapshot(
                                Snapshot.newBuilder().setVersion(version).addAllPods(told.values()))
                        .addAllCounts(past.list());
        ruleSets.values().forEach(rules -> state.addRuleSets(RuleSetCodec.encode(rules)));
        try {
            file.write(state.build());
            degraded.remove("state");
        } catch (EnforcerException e) {
            degraded.put("state", String.valueOf(e.getMessage()));
        }
    }

    /** What the node is and knows. */
    public Future<Hello> hello() {
        return thread.submit(() ->
                Hello.newBuilder()
                        .addFormats(RuleSetCodec.FORMAT)
                        .setKernel(KernelSupport.release())
                        .setBackend("lsm")
                        .setVersion(version)
                        .addAllRuleSets(ruleSets.keySet())
                        .build());
    }

    /**
     * Called by the connection, so that what the operator can be expected to tell is waited for.
     */
    public void connected(boolean connected) {
        thread.execute(() -> {
            HeldContainers containers = held;
            if (containers != null) {
                containers.connected(connected);
            }
        });
    }

    /** Whether it still goes its rounds. One that does not is better started anew. */
    public boolean alive() {
        return System.nanoTime() - lastRound < STUCK_NANOSECONDS;
    }

    /** What happened so far. */
    public Future<Report> report() {
        return thread.submit(this::reportNow);
    }

    /** The same and more, in the form that Prometheus reads. */
    public Future<MetricSnapshots> metrics() {
        return thread.submit(
                () -> NodeMetrics.of(reportNow(), enforcer.statistics(), enforcer.eventsFailed()));
    }

    private Report reportNow() {
        return Report.newBuilder()
                .addAllCounts(counts())
                .setScopes(pods().size())
                .addAllDegraded(degradations())
                .build();
    }

    private List<PolicyCount> counts() {
        PolicyTotals all = past.copy();
        enforcer.ruleSets().forEach(rules -> all.add(enforcer.counts(rules)));
        return all.list();
    }

    private List<String> degradations() {
        List<String> sentences = new ArrayList<>(degraded.values());
        Map<Statistic, Long> statistics = enforcer.statistics();
        Degradations.of(statistics).forEach(sentences::add);
        if (enforcer.eventsFailed() > 0) {
            sentences.add(enforcer.eventsFailed() + " events could not be written");
        }
        return sentences;
    }

    private void tick() {
        try {
            enforcer.held().promise(PROMISE_NANOSECONDS);
            lookAtHeld();
            if (++ticks % SWEEP_TICKS == 0) {
                Set<String> ids = bundles.ids();
                pods().sweep(ids);
                HeldContainers containers = held;
                if (containers != null) {
                    containers.sweep(ids);
                }
            }
            degraded.remove("round");
            lastRound = System.nanoTime();
        } catch (RuntimeException e) {
            // Tried again at the next tick; should it go on, the kernel stops holding. Whatever it
            // is: a round that ended the rounds would do so too, and tell nobody.
            degraded.put("round", "the agent's round failed: " + e.getMessage());
            LOG.log(Level.ERROR, "the agent's round failed", e);
        }
    }

    /** On the thread that reads events. */
    private void lookAtHeldSoon() {
        if (lookingAtHeld.compareAndSet(false, true)) {
            thread.execute(() -> {
                lookingAtHeld.set(false);
                lookAtHeld();
            });
        }
    }

    /** Nothing to do while the agent is being made: the first tick looks. */
    private void lookAtHeld() {
        HeldContainers containers = held;
        if (containers != null) {
            containers.look();
        }
    }

    /** Ends the agent. The kernel goes on as it is. */
    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the agent is still busy; ending all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        enforcer.close();
    }
}
