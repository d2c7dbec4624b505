// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import dev.portcullis.policy.ruleset.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the kernel's own maps, and a reading of them as the programs read them. */
class RuleSetTableTest {
    private final Arena arena = Arena.ofConfined();
    private MapsOnly maps;
    private MemorySegment cells;
    private BpfMap ruleSets;
    private BpfMap counters;
    private RuleSetTable table;
    private int waits;

    @BeforeEach
    void makeMaps() {
        assumeTrue(LibC.effectiveUser() == 0, "making maps needs root");
        maps = MapsOnly.open(KernelPrograms.image());
        maps.setValueSize("automaton", 4 * RuleSetTable.CELLS);
        maps.create(Set.of("automaton", "rule_sets", "counters"));
        cells = RuleSetTable.map(arena, new BpfMap("automaton", maps.fd("automaton")));
        ruleSets = new BpfMap("rule_sets", maps.fd("rule_sets"));
        counters = new BpfMap("counters", maps.fd("counters"));
        table = new RuleSetTable(cells, ruleSets, counters, () -> waits++);
    }

    @AfterEach
    void free() {
        arena.close();
        if (maps != null) {
            maps.close();
        }
    }

    private static RuleSet compile(String spec) throws PolicyException {
        String yaml =
                "apiVersion: portcullis.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: web}\nspec: {"
                        + spec
                        + "}\n";
        return new RuleSetCompiler()
                .compile(PolicyParser.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static final RuleCount NEVER = new RuleCount(0, 0, 0, 0);

    /** Two rules: the path's, and that nothing is mounted over it. */
    private static RuleSet blocking(String path) throws PolicyException {
        return compile("file: {rules: [{action: Block, paths: ['" + path + "']}]}");
    }

    /** A rule set of that size that no policy makes. */
    private static RuleSet sized(String id, int cells, int rules) {
        RuleInfo rule = new RuleInfo("p", "n", "f", "", "Block", 0, "", Map.of());
        return new RuleSet(
                "%064x".formatted(id.hashCode()),
                new int[Cell.CLASS_CELLS + cells],
                1,
                Starts.forAnybody(
                        new int[QuestionKind.values().length],
                        new int[QuestionKind.values().length * Lane.values().length]),
                Collections.nCopies(rules, rule));
    }

    private MemorySegment entry(int index) {
        MemorySegment value = arena.allocate(Layouts.RULE_SET);
        ruleSets.get(index, value);
        return value;
    }

    private static int member(MemorySegment entry, String name) {
        return entry.get(JAVA_INT, Layouts.offset(Layouts.RULE_SET, name));
    }

    /** Walks as bpf-lsm/src/automaton.h does. */
    private int judge(int index, QuestionKind kind, Lane lane, String path) {
        MemorySegment entry = entry(index);
        int first = member(entry, "first");
        int state =
                cells.getAtIndex(JAVA_INT, first + member(entry, "starts") + (long) kind.ordinal());
        assertThat(state != 0).isEqualTo((member(entry, "asked") >> kind.ordinal() & 1) != 0);
        if (state == 0) {
            return 0;
        }
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            int value = b & 0xff;
            int byteClass = cells.getAtIndex(JAVA_INT, first + value / 4) >>> 8 * (value % 4);
            state = follow(first, state, Cell.FIRST_CLASS + (byteClass & 0xff));
        }
        return cells.getAtIndex(
                JAVA_INT, first + follow(first, state, Cell.END) + (long) lane.ordinal());
    }

    private int unresolved(int index, QuestionKind kind, Lane lane) {
        MemorySegment entry = entry(index);
        int at = member(entry, "first") + member(entry, "unresolved");
        return cells.getAtIndex(JAVA_INT, at + 2L * kind.ordinal() + lane.ordinal());
    }

    private int follow(int first, int state, int column) {
        int cell = cells.getAtIndex(JAVA_INT, (long) first + state + column);
        if (Cell.column(cell) != column) {
            int base = Cell.target(cells.getAtIndex(JAVA_INT, (long) first + state));
            cell = cells.getAtIndex(JAVA_INT, (long) first + base + column);
        }
        return Cell.target(cell);
    }

    @Test
    void theKernelsCopyJudgesAsTheCompilersWhereverItLies() throws PolicyException {
        List<RuleSet> all =
                List.of(
                        blocking("/etc/shadow"),
                        compile(
                                "mode: Audit, process: {rules: [{action: Block, paths: ['/tmp/**']}]}"),
                        compile(
                                "file: {default: Block, rules: [{action: Allow, paths: ['/usr/**']}]}"));
        List<String> paths = List.of("/etc/shadow", "/tmp/a/b", "/usr/lib/x", "/", "memfd:x");
        for (RuleSet rules : all) {
            int index = table.acquire(rules);
            for (QuestionKind kind : QuestionKind.values()) {
                for (Lane lane : Lane.values()) {
                    for (String path : paths) {
                        assertThat(judge(index, kind, lane, path))
                                .as("%s %s %s", kind, lane, path)
                                .isEqualTo(
                                        rules.judge(
                                                kind, lane, path.getBytes(StandardCharsets.UTF_8)));
                    }
                    assertThat(unresolved(index, kind, lane))
                            .isEqualTo(rules.unresolved(kind, lane));
                }
            }
        }
    }

    @Test
    void equalRuleSetsAreKeptOnce() throws PolicyException {
        int first = table.acquire(blocking("/a"));
        assertThat(table.acquire(blocking("/a"))).isEqualTo(first);
        int other = table.acquire(blocking("/b"));
        assertThat(other).isNotEqualTo(first).isPositive();
        table.release(blocking("/a"));
        assertThat(waits).isZero();
        assertThat(table.acquire(blocking("/a"))).isEqualTo(first);
    }

    @Test
    void theLastReleaseWaitsForRunningProgramsAndFrees() throws PolicyException {
        int first = table.acquire(blocking("/a"));
        table.release(blocking("/a"));
        assertThat(waits).isEqualTo(1);
        assertThat(table.acquire(blocking("/b"))).isEqualTo(first);
        assertThatThrownBy(() -> table.release(blocking("/a")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRuleSetThatFindsNoRoomChangesNothing() {
        int half = RuleSetTable.CELLS / 2;
        table.acquire(sized("a", half, 1));
        assertThatThrownBy(() -> table.acquire(sized("b", half, 1)))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("of " + RuleSetTable.CELLS + " cells");
        assertThatThrownBy(() -> table.acquire(sized("c", 1, RuleSetTable.COUNTERS)))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining(RuleSetTable.COUNTERS + " rules");
        assertThatCode(() -> table.acquire(sized("d", half - 400, RuleSetTable.COUNTERS - 1)))
                .doesNotThrowAnyException();
    }

    @Test
    void asManyRuleSetsFitAsTheMapHasEntries() {
        for (int i = 1; i < RuleSetTable.RULE_SETS; i++) {
            assertThat(table.acquire(sized("r" + i, 1, 1))).isEqualTo(i);
        }
        assertThatThrownBy(() -> table.acquire(sized("more", 1, 1)))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("0 of " + (RuleSetTable.RULE_SETS - 1) + " rule sets");
        table.release(sized("r7", 1, 1));
        assertThat(table.acquire(sized("more", 1, 1))).isEqualTo(7);
    }

    @Test
    void numbersAreNeverUsedTwiceAndLateEventsAreExplained() throws PolicyException {
        RuleSet early = blocking("/a");
        int number = member(entry(table.acquire(early)), "number");
        table.release(early);
        int second = member(entry(table.acquire(early)), "number");
        assertThat(second).isNotEqualTo(number);
        assertThat(table.byNumber(number)).isEqualTo(early);
        assertThat(table.byNumber(second)).isEqualTo(early);
        assertThat(table.byNumber(second + 1)).isNull();
    }

    @Test
    void aRuleSetInUseIsNeverForgottenAndOneGoneForLongIs() throws PolicyException {
        RuleSet held = blocking("/held");
        int number = member(entry(table.acquire(held)), "number");
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 2 * (RuleSetTable.RULE_SETS + RuleSetTable.REMEMBERED); i++) {
            RuleSet rules = sized("r" + i, 1, 1);
            numbers.add(member(entry(table.acquire(rules)), "number"));
            table.release(rules);
        }
        assertThat(table.byNumber(number)).isEqualTo(held);
        assertThat(numbers)
                .filteredOn(n -> table.byNumber(n) != null)
                .hasSize(RuleSetTable.REMEMBERED)
                .endsWith(numbers.getLast());
    }

    @Test
    void countersBeginAtZeroAndAreReadByRule() throws PolicyException {
        RuleSet rules = blocking("/a");
        int at = member(entry(table.acquire(rules)), "counters");
        assertThat(table.counts(rules)).containsExactly(NEVER, NEVER);
        MemorySegment value = arena.allocate(Layouts.RULE_COUNTER);
        for (int i = 0; i < 4; i++) {
            value.setAtIndex(JAVA_LONG, i, i + 1);
        }
        counters.put(at, value);
        assertThat(table.counts(rules)).containsExactly(new RuleCount(1, 2, 3, 4), NEVER);
        table.release(rules);
        assertThatThrownBy(() -> table.counts(rules)).isInstanceOf(IllegalStateException.class);
        table.acquire(rules);
        assertThat(table.counts(rules)).containsExactly(NEVER, NEVER);
    }

    @Test
    void theEmptyRuleSetJudgesNothing() {
        int index = table.acquire(BuiltInRules.NONE);
        assertThat(judge(index, QuestionKind.READ, Lane.ENFORCE, "/etc/shadow")).isZero();
    }

    @Test
    void theKernelWaitsForRunningPrograms() {
        assertThatCode(GracePeriod::await).doesNotThrowAnyException();
    }

    @Test
    void nextAgentTakesOverWhatIsThereAndFreesWhatNobodyUses() throws PolicyException {
        RuleSet kept = blocking("/kept");
        RuleSet unused = blocking("/unused");
        int index = table.acquire(kept);
        int gone = table.acquire(unused);
        int number = member(entry(index), "number");
        RuleSetTable next = new RuleSetTable(cells, ruleSets, counters, () -> waits++);

        assertThat(next.recover()).isEqualTo(Map.of(index, kept.id(), gone, unused.id()));
        assertThat(next.acquire(kept)).isEqualTo(index);
        next.releaseUnused();

        assertThat(member(entry(index), "number")).as("not written anew").isEqualTo(number);
        assertThat(member(entry(gone), "cells")).isZero();
        assertThat(judge(index, QuestionKind.READ, Lane.ENFORCE, "/kept"))
                .isEqualTo(Verdict.of(Verdict.REFUSE, 0));
        assertThat(next.byNumber(number)).isEqualTo(kept);
        RuleSet other = blocking("/other");
        assertThat(next.acquire(other)).isEqualTo(gone);
        assertThat(member(entry(gone), "number")).isGreaterThan(number);
    }

    @Test
    void countsAreToldBeforeTheirRuleSetGoes() throws PolicyException {
        RuleSet rules = blocking("/a");
        List<List<RuleCount>> told = new ArrayList<>();
        table.onLastUse((gone, counts) -> told.add(counts));
        table.acquire(rules);
        table.acquire(rules);
        table.release(rules);
        assertThat(told).isEmpty();
        table.release(rules);
        assertThat(told).containsExactly(List.of(NEVER, NEVER));
    }

    @Test
    void startsForSubjectsAndOwnersLieBehindTheTable() throws PolicyException {
        RuleSet rules =
                compile(
                        "file: {rules: [{action: Block, paths: [/a], from: [/b], unlessOwner: true}]}");
        table.acquire(blocking("/before"));

        MemorySegment entry = entry(table.acquire(rules));

        Starts starts = rules.starts();
        assertThat(member(entry, "classes")).isEqualTo(starts.classes()).isGreaterThan(1);
        assertThat(member(entry, "unknown")).isEqualTo(starts.unknown());
        assertThat(member(entry, "subject")).isEqualTo(starts.subject()).isPositive();
        assertThat(member(entry, "owned"))
                .as("READ, WRITE, READ_WRITE")
                .isEqualTo(
                        1 << QuestionKind.READ.ordinal()
                                | 1 << QuestionKind.WRITE.ordinal()
                                | 1 << QuestionKind.READ_WRITE.ordinal());
        assertThat(member(entry, "asked"))
                .as("these, and whether something may be mounted over them")
                .isEqualTo(member(entry, "owned") | 1 << QuestionKind.OPERATION.ordinal());
        assertThat(ints(entry, "starts", starts.states().length)).isEqualTo(starts.states());
        assertThat(ints(entry, "unresolved", starts.unresolved().length))
                .isEqualTo(starts.unresolved());
    }

    private int[] ints(MemorySegment entry, String member, int count) {
        long at = member(entry, "first") + (long) member(entry, member);
        return cells.asSlice(4 * at, 4L * count).toArray(JAVA_INT);
    }
}
