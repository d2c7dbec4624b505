// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.event.EventDecoder;
import dev.portcullis.enforcer.event.EventReader;
import dev.portcullis.enforcer.event.RingBuffer;
import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.BpfMap;
import dev.portcullis.enforcer.kernel.BuiltInRules;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.HeldTasks;
import dev.portcullis.enforcer.kernel.KernelSupport;
import dev.portcullis.enforcer.kernel.Pins;
import dev.portcullis.enforcer.kernel.PodMaps;
import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.enforcer.kernel.RuleSetTable;
import dev.portcullis.enforcer.kernel.ScopeTable;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.ReservedScope;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one node. While it is open, the kernel refuses what the rule sets of its scopes
 * refuse.
 *
 * <p>With {@link Coverage#PODS} the kernel goes on after {@link #close}, and after the process
 * died, and the next agent takes over. Otherwise {@link #close} lifts everything. {@link #unload}
 * lifts what is left.
 *
 * <p>Safe for use by several threads.
 */
public final class Enforcer implements AutoCloseable {
    /** {@code max_entries} of the map {@code events}, in bytes. */
    static final int RING_SIZE = 1 << 20;

    private final AgentLock lock;
    private final KernelSession kernel;
    private final Arena arena = Arena.ofShared();
    private final RuleSetTable table;
    private final ScopeTable scopes;
    private final BpfMap scopeByNamespaces;
    private final BpfMap statistics;
    private final EventReader reader;
    private final Map<Integer, Container> containerByScope = new ConcurrentHashMap<>();
    private final List<Scope> recovered = new ArrayList<>();
    private final Scope containers;
    private Map<Statistic, Long> lastStatistics = Map.of();
    private boolean closed;

    /**
     * Starts enforcing. Until scopes are added, nothing is refused.
     *
     * @throws EnforcerException if the machine lacks something, or another agent is at work; says
     *     what cures it
     */
    public static Enforcer start(EnforcerOptions options) {
        return start(options, id -> null, enforcer -> {});
    }

    /**
     * Starts enforcing.
     *
     * @param known finds the rule sets that an agent before this one may have left in the kernel,
     *     by id; null for one that is lost
     * @param prepare is run when scopes can be added and nothing is judged yet, unless an agent
     *     before this one has left its programs
     * @throws EnforcerException if the machine lacks something, or another agent is at work; says
     *     what cures it
     */
    public static Enforcer start(
            EnforcerOptions options,
            Function<String, @Nullable RuleSet> known,
            Consumer<Enforcer> prepare) {
        KernelSupport.requireUse();
        AgentLock lock = AgentLock.take(options.pinFolder());
        try {
            return new Enforcer(options, lock, known, prepare);
        } catch (BpfException e) {
            lock.close();
            throw explain(e);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /** Asks the machine only now what it lacks: the answer takes as long as a start. */
    private static EnforcerException explain(BpfException failure) {
        for (Finding finding : KernelSupport.check()) {
            if (!finding.met()) {
                return new EnforcerException(finding.sentence(), failure);
            }
        }
        return new EnforcerException(
                "the kernel programs cannot be started: " + failure.getMessage(), failure);
    }

    private Enforcer(
            EnforcerOptions options,
            AgentLock lock,
            Function<String, @Nullable RuleSet> known,
            Consumer<Enforcer> prepare) {
        this.lock = lock;
        kernel = KernelSession.open(options);
        try {
            table = new RuleSetTable(arena, kernel.object());
            scopes = new ScopeTable(arena, kernel.object().map("scopes"));
            scopeByNamespaces = kernel.object().map("scope_by_namespaces");
            statistics = kernel.object().map("statistics");
            if (kernel.takesOver()) {
                recover(known);
            }
            containers = reserve(ReservedScope.CONTAINERS, "containers", BuiltInRules.NONE);
            reserve(ReservedScope.SANDBOX, "", BuiltInRules.SANDBOX);
            reserve(ReservedScope.UNTOLD, "", BuiltInRules.NONE);
            reader =
                    new EventReader(
                            new RingBuffer(arena, kernel.object().map("events").fd(), RING_SIZE),
                            new EventDecoder(
                                    new KernelNames(
                                            containerByScope,
                                            table::byNumber,
                                            kernel.object().map("subjects"))),
                            options.events(),
                            options.onHeld());
            prepare.accept(this);
            table.releaseUnused();
            kernel.attach();
        } catch (RuntimeException | Error e) {
            try (arena) {
                kernel.abandon();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        reader.start();
    }

    private void recover(Function<String, @Nullable RuleSet> known) {
        Map<Integer, String> ids = table.recover();
        for (ScopeTable.Saved saved : scopes.recover()) {
            String id = ids.get(saved.ruleSet());
            RuleSet rules = id == null ? BuiltInRules.NONE : known.apply(id);
            if (rules == null) {
                // It goes on judging; only its words are lost, until the operator sends it again.
                table.retain(id);
                rules = BuiltInRules.lost(id);
            } else {
                table.acquire(rules);
            }
            recovered.add(
                    new Scope(
                            saved.number(),
                            Container.newBuilder()
                                    .setPodUid(saved.pod())
                                    .setId(saved.container())
                                    .build(),
                            rules));
        }
    }

    private Scope reserve(ReservedScope reserved, String name, RuleSet rules) {
        scopes.setReserved(reserved, table.acquire(rules));
        Container container = Container.newBuilder().setName(name).build();
        containerByScope.put(reserved.number(), container);
        return new Scope(reserved.number(), container, rules);
    }

    /**
     * The scope of all containers that nobody named.
     *
     * @throws IllegalStateException if the agent was started with another {@link Coverage}
     */
    public Scope containers() {
        if (kernel.coverage() != Coverage.CONTAINERS) {
            throw new IllegalStateException("started without a scope for unnamed containers");
        }
        return containers;
    }

    /** The scopes that an agent before this one left, to be kept or removed by the caller. */
    public List<Scope> recovered() {
        return recovered;
    }

    /** What the kernel programs know of pods; with {@link Coverage#PODS}. */
    public PodMaps pods() {
        return new PodMaps(kernel.object());
    }

    /** Tasks that wait for the agent; with {@link Coverage#PODS}. */
    public HeldTasks held() {
        return new HeldTasks(kernel.object());
    }

    /**
     * Makes a scope. It has no task until {@link #bind}.
     *
     * @param name what events call it
     * @throws EnforcerException if there is no room; nothing has changed then
     */
    public Scope addScope(String name, RuleSet rules) {
        return addScope(Container.newBuilder().setName(name).build(), rules);
    }

    /**
     * Makes a scope. It has no task until {@link #bind}, or until the kernel programs are told of
     * its pod or container.
     *
     * @param container what events say of it; UID and id are told to the kernel where they are set
     * @throws EnforcerException if there is no room; nothing has changed then
     */
    public synchronized Scope addScope(Container container, RuleSet rules) {
        requireOpen();
        int index = table.acquire(rules);
        int number;
        try {
            number = scopes.add(index, container.getPodUid(), container.getId());
        } catch (EnforcerException e) {
            table.release(rules);
            throw e;
        }
        containerByScope.put(number, container);
        return new Scope(number, container, rules);
    }

    /** Says what events shall say of a scope from now on. */
    public void describe(Scope scope, Container container) {
        scope.container(container);
        containerByScope.put(scope.number(), container);
    }

    /**
     * Tells which scopes have no task. A task that is forked meanwhile can be missed, so ask twice.
     */
    public synchronized Set<Scope> empty(Collection<Scope> candidates) {
        requireOpen();
        int round = kernel.countScopes();
        return candidates.stream()
                .filter(scope -> !scopes.hadTasks(scope.number(), round))
                .collect(Collectors.toSet());
    }

    /** Removes a scope that no task is in, nor will be. */
    public synchronized void removeScope(Scope scope) {
        requireOpen();
        scopes.remove(scope.number());
        containerByScope.remove(scope.number());
        table.release(scope.rules());
    }

    /**
     * Gives a scope other rules, all at once: every operation is judged by the old rules or by the
     * new ones.
     *
     * @throws EnforcerException if there is no room; the old rules stay then
     */
    public synchronized void replace(Scope scope, RuleSet rules) {
        requireOpen();
        RuleSet old = scope.rules();
        int index = table.acquire(rules);
        scopes.setRuleSet(scope.number(), index);
        scope.rules(rules);
        table.release(old);
    }

    /**
     * Says that the tasks of these namespaces belong to a scope: from their next exec on if they
     * come from the host, as a container's first process does, and from their first touch if they
     * are older than this agent.
     *
     * @param mountNamespace the number in {@code /proc/PID/ns/mnt}
     * @param pidNamespace the number in {@code /proc/PID/ns/pid}
     */
    public synchronized void bind(Scope scope, int mountNamespace, int pidNamespace) {
        requireOpen();
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment binding = confined.allocate(Layouts.BINDING);
            binding.set(JAVA_INT, Layouts.offset(Layouts.BINDING, "scope"), scope.number());
            scopeByNamespaces.put(key(confined, mountNamespace, pidNamespace), binding);
        }
    }

    /**
     * Undoes {@link #bind}, so that a later container with the same numbers is not taken for this
     * one. Does nothing once the agent has ended.
     */
    public synchronized void unbind(int mountNamespace, int pidNamespace) {
        if (closed) {
            return;
        }
        try (Arena confined = Arena.ofConfined()) {
            scopeByNamespaces.remove(key(confined, mountNamespace, pidNamespace));
        }
    }

    private static MemorySegment key(Arena arena, int mountNamespace, int pidNamespace) {
        MemorySegment key = arena.allocate(Layouts.NAMESPACES);
        key.set(JAVA_INT, Layouts.offset(Layouts.NAMESPACES, "mount"), mountNamespace);
        key.set(JAVA_INT, Layouts.offset(Layouts.NAMESPACES, "pid"), pidNamespace);
        return key;
    }

    /**
     * What each of a scope's rules did, in all scopes that share its rule set, since the rule set
     * was loaded.
     */
    public Map<RuleInfo, RuleCount> counts(Scope scope) {
        return counts(scope.rules());
    }

    /** What each rule of a rule set did, since it was loaded. */
    public synchronized Map<RuleInfo, RuleCount> counts(RuleSet rules) {
        requireOpen();
        return byRule(rules, table.counts(rules));
    }

    private static Map<RuleInfo, RuleCount> byRule(RuleSet rules, List<RuleCount> values) {
        Map<RuleInfo, RuleCount> counts = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            counts.put(rules.rules().get(i), values.get(i));
        }
        return counts;
    }

    /** The rule sets in the kernel that this agent knows. */
    public synchronized List<RuleSet> ruleSets() {
        requireOpen();
        return table.loaded();
    }

    /** Has somebody told what the rules of a rule set did, just before it leaves the kernel. */
    public synchronized void onRuleSetGone(Consumer<Map<RuleInfo, RuleCount>> listener) {
        table.onLastUse((rules, values) -> listener.accept(byRule(rules, values)));
    }

    /** How often the kernel programs met their own limits, from the start to the end. */
    public synchronized Map<Statistic, Long> statistics() {
        return closed ? lastStatistics : readStatistics();
    }

    private Map<Statistic, Long> readStatistics() {
        Map<Statistic, Long> values = new EnumMap<>(Statistic.class);
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment value = confined.allocate(JAVA_LONG);
            for (Statistic statistic : Statistic.values()) {
                statistics.get(statistic.ordinal(), value);
                values.put(statistic, value.get(JAVA_LONG, 0));
            }
        }
        return values;
    }

    /** Events that reached the agent and could not be told. */
    public long eventsFailed() {
        return reader.failed();
    }

    /**
     * Ends the agent, and delivers the events until then. Unless others take over (see {@link
     * Coverage#PODS}), lifts all enforcement and leaves nothing in the kernel.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Closed in reverse order, each even if something before it failed: the reader delivers
        // what is in the ring buffer, then the maps and the programs go, and the lock is last.
        try (lock;
                arena;
                kernel;
                reader) {
            kernel.end();
            lastStatistics = readStatistics();
        }
    }

    /** A thread that has not heard of the end yet must not touch what is gone. */
    private void requireOpen() {
        if (closed) {
            throw new EnforcerException("the agent has ended; nothing was changed");
        }
    }

    /**
     * Removes what an agent that died has left in the kernel.
     *
     * @return whether there was anything
     * @throws EnforcerException if that agent is still alive
     */
    public static boolean unload(Path pinFolder) {
        try (AgentLock lock = AgentLock.take(pinFolder)) {
            return new Pins(pinFolder).remove();
        }
    }
}
