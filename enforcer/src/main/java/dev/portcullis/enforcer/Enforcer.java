// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.event.EventDecoder;
import dev.portcullis.enforcer.event.EventReader;
import dev.portcullis.enforcer.event.RingBuffer;
import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.BpfMap;
import dev.portcullis.enforcer.kernel.BpfObject;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import dev.portcullis.enforcer.kernel.KernelSupport;
import dev.portcullis.enforcer.kernel.Pins;
import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.enforcer.kernel.RuleSetTable;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one node. While it is open, the kernel refuses what the rule sets of its scopes
 * refuse; {@link #close} ends that and leaves nothing behind. Should the process die instead, the
 * kernel goes on refusing, and {@link #unload} ends it.
 *
 * <p>Safe for use by several threads.
 */
public final class Enforcer implements AutoCloseable {
    /** {@code max_entries} of the map {@code scopes}; number 0 is the host. */
    static final int MAX_SCOPES = 1024;

    /** The scope of containers that nobody named. */
    private static final int CONTAINER_SCOPE = 1;

    /** {@code max_entries} of the map {@code events}, in bytes. */
    static final int RING_SIZE = 1 << 20;

    private final AgentLock lock;
    private final Pins pins;
    private final Arena arena = Arena.ofShared();
    private final BpfObject object;
    private final RuleSetTable table;
    private final BpfMap scopes;
    private final BpfMap scopeByNamespaces;
    private final BpfMap statistics;
    private final EventReader reader;
    private final Map<Integer, String> scopeNames = new ConcurrentHashMap<>();
    private final @Nullable Scope containers;
    private int nextScope = CONTAINER_SCOPE + 1;
    private Map<Statistic, Long> lastStatistics = Map.of();
    private boolean closed;

    /**
     * Starts enforcing. Until scopes are added, nothing is refused.
     *
     * @throws EnforcerException if the machine lacks something, or another agent is at work; says
     *     what cures it
     */
    public static Enforcer start(EnforcerOptions options) {
        KernelSupport.requireUse();
        AgentLock lock = AgentLock.take(options.pinFolder());
        try {
            return new Enforcer(options, lock);
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

    private Enforcer(EnforcerOptions options, AgentLock lock) {
        this.lock = lock;
        pins = new Pins(options.pinFolder());
        pins.create();
        BpfObject opened = null;
        try {
            opened = KernelPrograms.open(options.containerScope() ? CONTAINER_SCOPE : 0);
            object = opened;
            object.load();
            table = new RuleSetTable(arena, object);
            scopes = object.map("scopes");
            scopeByNamespaces = object.map("scope_by_namespaces");
            statistics = object.map("statistics");
            containers =
                    options.containerScope()
                            ? register(CONTAINER_SCOPE, "containers", KernelPrograms.NO_RULES)
                            : null;
            BpfMap subjects = object.map("subjects");
            reader =
                    new EventReader(
                            new RingBuffer(arena, object.map("events").fd(), RING_SIZE),
                            new EventDecoder(
                                    new KernelNames(scopeNames, table::byNumber, subjects)),
                            options.events());
            KernelPrograms.attachAndPin(object, pins);
        } catch (RuntimeException | Error e) {
            if (opened != null) {
                opened.close();
            }
            try {
                pins.remove();
            } catch (EnforcerException second) {
                e.addSuppressed(second);
            }
            arena.close();
            throw e;
        }
        reader.start();
    }

    /**
     * The scope of all containers that nobody named.
     *
     * @throws IllegalStateException if the agent was started without {@link
     *     EnforcerOptions#containerScope}
     */
    public Scope containers() {
        if (containers == null) {
            throw new IllegalStateException("started without a scope for unnamed containers");
        }
        return containers;
    }

    /**
     * Makes a scope. It has no task until {@link #bind}.
     *
     * @param name what events call it
     * @throws EnforcerException if there is no room; nothing has changed then
     */
    public synchronized Scope addScope(String name, RuleSet rules) {
        requireOpen();
        if (nextScope == MAX_SCOPES) {
            // A number used again could hit tasks that still carry it.
            throw new EnforcerException(
                    "this agent has made "
                            + (MAX_SCOPES - 1)
                            + " scopes, as many as it can; restart it (nothing was changed)");
        }
        Scope scope = register(nextScope, name, rules);
        nextScope++;
        return scope;
    }

    private Scope register(int number, String name, RuleSet rules) {
        int index = table.acquire(rules);
        storeRuleSet(number, index);
        scopeNames.put(number, name);
        return new Scope(number, name, rules);
    }

    private void storeRuleSet(int scope, int ruleSet) {
        try (Arena confined = Arena.ofConfined()) {
            scopes.put(scope, confined.allocateFrom(JAVA_INT, ruleSet));
        }
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
        storeRuleSet(scope.number(), index);
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
            scopeByNamespaces.put(
                    key(confined, mountNamespace, pidNamespace),
                    confined.allocateFrom(JAVA_INT, scope.number()));
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
    public synchronized Map<RuleInfo, RuleCount> counts(Scope scope) {
        requireOpen();
        Map<RuleInfo, RuleCount> counts = new LinkedHashMap<>();
        List<RuleCount> values = table.counts(scope.rules());
        for (int i = 0; i < values.size(); i++) {
            counts.put(scope.rules().rules().get(i), values.get(i));
        }
        return counts;
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

    /** Lifts all enforcement, delivers the events until then, and leaves nothing in the kernel. */
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
                object;
                reader) {
            pins.remove();
            object.detach();
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
