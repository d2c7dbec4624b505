// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rule sets in the kernel: their cells in the mapped automaton array, their entry, their
 * counters. Equal rule sets are kept once, however many scopes have them. Not safe for use by
 * several threads.
 */
public final class RuleSetTable {
    /**
     * Cells of the automaton map, 16 MiB; must be a power of two, as the programs mask their
     * indexes.
     */
    public static final int CELLS = 4 << 20;

    /** Index of the empty rule set. */
    static final int EMPTY = 0;

    /** {@code max_entries} of the map {@code rule_sets}; entry 0 is the empty rule set. */
    static final int RULE_SETS = 1024;

    /** {@code max_entries} of the map {@code counters}. */
    static final int COUNTERS = 65536;

    /** Rule sets that are gone, and that late events can still be explained by. */
    static final int REMEMBERED = 256;

    /** A rule set in the kernel, and how many scopes have it. */
    private static final class Entry {
        final String id;
        final int index;
        final int number;
        final int cells;
        final int size;
        final int counters;
        final int rules;
        int users;

        Entry(String id, int index, int number, int cells, int size, int counters, int rules) {
            this.id = id;
            this.index = index;
            this.number = number;
            this.cells = cells;
            this.size = size;
            this.counters = counters;
            this.rules = rules;
        }

        /** Counters taken: a stretch cannot be empty. */
        int countersTaken() {
            return Math.max(1, rules);
        }
    }

    private final MemorySegment automaton;
    private final BpfMap ruleSets;
    private final BpfMap counters;
    private final RegionAllocator cellSpace = new RegionAllocator(0, CELLS);
    private final RegionAllocator counterSpace = new RegionAllocator(0, COUNTERS);
    private final RegionAllocator indexSpace = new RegionAllocator(1, RULE_SETS);
    private final Map<String, Entry> entries = new HashMap<>(); // by id
    private final Runnable awaitPrograms;
    private BiConsumer<RuleSet, List<RuleCount>> onLastUse = (rules, counts) -> {};

    /** Numbers of rule sets that are gone and still explained, the longest gone first. */
    private final ArrayDeque<Integer> gone = new ArrayDeque<>();

    /** Also read by the thread that decodes events. */
    private final Map<Integer, RuleSet> byNumber = new ConcurrentHashMap<>();

    private int lastNumber;

    /**
     * @param arena owns the mapping of the automaton
     */
    public RuleSetTable(Arena arena, BpfObject object) {
        this(
                map(arena, object.map("automaton")),
                object.map("rule_sets"),
                object.map("counters"),
                GracePeriod::await);
    }

    /**
     * @param awaitPrograms returns when no program can still be reading what is no longer referred
     *     to
     */
    RuleSetTable(
            MemorySegment automaton, BpfMap ruleSets, BpfMap counters, Runnable awaitPrograms) {
        this.automaton = automaton;
        this.ruleSets = ruleSets;
        this.counters = counters;
        this.awaitPrograms = awaitPrograms;
    }

    /** Has somebody told what a rule set's rules did, just before it is freed. */
    public void onLastUse(BiConsumer<RuleSet, List<RuleCount>> listener) {
        onLastUse = listener;
    }

    /** The cells of the automaton map. */
    static MemorySegment map(Arena arena, BpfMap automaton) {
        return LibC.map(
                arena,
                automaton.fd(),
                0,
                4L * CELLS,
                LibC.PROT_READ | LibC.PROT_WRITE,
                "the automaton");
    }

    /**
     * Puts a rule set into the kernel, where it is not there already, and counts one user more.
     *
     * @return its index for {@code scope.rule_set}
     * @throws EnforcerException if there is no room, or the kernel programs cannot judge by it;
     *     nothing has changed then
     */
    public int acquire(RuleSet rules) {
        if (isEmpty(rules)) {
            return EMPTY;
        }
        Entry entry = entries.get(rules.id());
        if (entry == null) {
            entry = write(rules);
            entries.put(rules.id(), entry);
        }
        byNumber.putIfAbsent(entry.number, rules);
        entry.users++;
        return entry.index;
    }

    /** Whether a rule set is the one that the kernel has without being told. */
    private static boolean isEmpty(RuleSet rules) {
        return rules.id().equals(BuiltInRules.NONE.id());
    }

    /**
     * Takes over what another agent left in the kernel. Nobody uses the rule sets yet: they stay
     * until {@link #releaseUnused}.
     *
     * @return ids of the rule sets, by their index
     * @throws EnforcerException if what is there contradicts itself
     */
    public Map<Integer, String> recover() {
        Map<Integer, String> found = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.RULE_SET);
            for (int index = 1; index < RULE_SETS; index++) {
                ruleSets.get(index, value);
                if (member(value, "cells") != 0) {
                    Entry entry = read(index, value);
                    reserve(entry);
                    entries.put(entry.id, entry);
                    found.put(index, entry.id);
                    lastNumber = Math.max(lastNumber, entry.number);
                }
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new EnforcerException(
                    "the rule sets that another agent left in the kernel overlap ("
                            + e.getMessage()
                            + "); lift them with `portcullis unload`",
                    e);
        }
        return found;
    }

    private static Entry read(int index, MemorySegment value) {
        byte[] id =
                value.asSlice(Layouts.offset(Layouts.RULE_SET, "id"), Layouts.HASH)
                        .toArray(JAVA_BYTE);
        return new Entry(
                HexFormat.of().formatHex(id),
                index,
                member(value, "number"),
                member(value, "first"),
                member(value, "cells"),
                member(value, "counters"),
                member(value, "rules"));
    }

    private static int member(MemorySegment value, String name) {
        return value.get(JAVA_INT, Layouts.offset(Layouts.RULE_SET, name));
    }

    private void reserve(Entry entry) {
        indexSpace.reserve(entry.index, 1);
        cellSpace.reserve(entry.cells, entry.size);
        counterSpace.reserve(entry.counters, entry.countersTaken());
    }

    /** Counts one user more of a rule set that {@link #recover} found. */
    public void retain(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new IllegalStateException("not in the kernel: " + id);
        }
        entry.users++;
    }

    /** Frees what {@link #recover} found and nobody has come to use since. */
    public void releaseUnused() {
        List<Entry> unused = entries.values().stream().filter(entry -> entry.users == 0).toList();
        if (!unused.isEmpty()) {
            awaitPrograms.run();
            unused.forEach(this::free);
        }
    }

    private Entry write(RuleSet rules) {
        int rulesCount = Math.max(1, rules.rules().size());
        int size = sizeOf(rules);
        OptionalInt cells = cellSpace.allocate(size);
        OptionalInt counter = counterSpace.allocate(rulesCount);
        OptionalInt index = indexSpace.allocate(1);
        if (cells.isEmpty() || counter.isEmpty() || index.isEmpty()) {
            cells.ifPresent(at -> cellSpace.release(at, size));
            counter.ifPresent(at -> counterSpace.release(at, rulesCount));
            index.ifPresent(at -> indexSpace.release(at, 1));
            throw new EnforcerException(
                    "no room in the kernel's tables for a rule set of "
                            + size
                            + " cells and "
                            + rulesCount
                            + " rules (free: "
                            + cellSpace.available()
                            + " of "
                            + CELLS
                            + " cells, "
                            + counterSpace.available()
                            + " of "
                            + COUNTERS
                            + " rules, "
                            + indexSpace.available()
                            + " of "
                            + (RULE_SETS - 1)
                            + " rule sets); nothing was changed. Merge or shorten policies.");
        }
        Entry entry =
                new Entry(
                        rules.id(),
                        index.getAsInt(),
                        ++lastNumber,
                        cells.getAsInt(),
                        size,
                        counter.getAsInt(),
                        rules.rules().size());
        put(rules.cells(), entry.cells);
        put(rules.starts().states(), entry.cells + startsAt(rules));
        put(rules.starts().unresolved(), entry.cells + unresolvedAt(rules));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zero = arena.allocate(Layouts.RULE_COUNTER);
            for (int i = 0; i < rulesCount; i++) {
                counters.put(entry.counters + i, zero);
            }
            ruleSets.put(entry.index, describe(arena, entry, rules));
        }
        return entry;
    }

    private void put(int[] values, int cell) {
        MemorySegment.copy(values, 0, automaton, JAVA_INT, 4L * cell, values.length);
    }

    /** The start states follow the table, and the verdicts for what cannot be told follow them. */
    private static int startsAt(RuleSet rules) {
        return rules.size();
    }

    private static int unresolvedAt(RuleSet rules) {
        return startsAt(rules) + rules.starts().states().length;
    }

    /** A multiple of what the programs find tables at. */
    private static int sizeOf(RuleSet rules) {
        int used = unresolvedAt(rules) + rules.starts().unresolved().length;
        return Math.ceilDiv(used, Cell.CLASS_CELLS) * Cell.CLASS_CELLS;
    }

    private static int mask(Predicate<QuestionKind> kinds) {
        return Arrays.stream(QuestionKind.values())
                .filter(kinds)
                .mapToInt(kind -> 1 << kind.ordinal())
                .sum();
    }

    private static MemorySegment describe(Arena arena, Entry entry, RuleSet rules) {
        MemorySegment value = arena.allocate(Layouts.RULE_SET);
        Starts starts = rules.starts();
        MemorySegment.copy(
                HexFormat.of().parseHex(entry.id),
                0,
                value,
                JAVA_BYTE,
                Layouts.offset(Layouts.RULE_SET, "id"),
                Layouts.HASH);
        set(value, "number", entry.number);
        set(value, "first", entry.cells);
        set(value, "cells", entry.size);
        set(value, "counters", entry.counters);
        set(value, "rules", entry.rules);
        set(value, "starts", startsAt(rules));
        set(value, "unresolved", unresolvedAt(rules));
        set(value, "classes", starts.classes());
        set(value, "unknown", starts.unknown());
        set(value, "subject", starts.subject());
        set(value, "asked", mask(starts::isAsked));
        set(value, "owned", mask(starts::dependsOnOwner));
        return value;
    }

    private static void set(MemorySegment value, String member, int number) {
        value.set(JAVA_INT, Layouts.offset(Layouts.RULE_SET, member), number);
    }

    /**
     * Counts one user less, and frees the rule set after its last one. No scope may refer to it any
     * more by then; this waits until no program that began before that can still be reading it.
     */
    public void release(RuleSet rules) {
        if (isEmpty(rules)) {
            return;
        }
        Entry entry = entries.get(rules.id());
        if (entry == null) {
            throw new IllegalStateException("not in the kernel: " + rules);
        }
        if (--entry.users > 0) {
            return;
        }
        onLastUse.accept(rules, counts(rules));
        awaitPrograms.run();
        free(entry);
    }

    private void free(Entry entry) {
        entries.remove(entry.id);
        gone.addLast(entry.number);
        if (gone.size() > REMEMBERED) {
            byNumber.remove(gone.removeFirst());
        }
        // So that an agent that comes after does not take it for one that is there.
        try (Arena arena = Arena.ofConfined()) {
            ruleSets.put(entry.index, arena.allocate(Layouts.RULE_SET));
        }
        cellSpace.release(entry.cells, entry.size);
        counterSpace.release(entry.counters, entry.countersTaken());
        indexSpace.release(entry.index, 1);
    }

    /** The rule sets that are in the kernel and that this agent knows. */
    public List<RuleSet> loaded() {
        return entries.values().stream()
                .map(entry -> byNumber.get(entry.number))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The rule set of an event, or null if it has been gone for too long. */
    public @Nullable RuleSet byNumber(int number) {
        return byNumber.get(number);
    }

    /**
     * What each rule of a rule set did since the rule set was loaded, in the order of {@link
     * RuleSet#rules()}.
     */
    public List<RuleCount> counts(RuleSet rules) {
        if (isEmpty(rules)) {
            return List.of();
        }
        Entry entry = entries.get(rules.id());
        if (entry == null) {
            throw new IllegalStateException("not in the kernel: " + rules);
        }
        List<RuleCount> counts = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.RULE_COUNTER);
            for (int i = 0; i < rules.rules().size(); i++) {
                counters.get(entry.counters + i, value);
                counts.add(RuleCount.read(value));
            }
        }
        return counts;
    }
}
