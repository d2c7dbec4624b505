// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.layout.CHeaders;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.io.IOException;
import java.lang.foreign.StructLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbers that Java and C both hold, which no layout check sees. */
class SharedConstantsTest {
    private MapsOnly object;
    private CHeaders headers;

    @BeforeEach
    void open() throws IOException {
        object = MapsOnly.open(KernelPrograms.image());
        headers = CHeaders.read();
    }

    @AfterEach
    void close() {
        object.close();
    }

    @Test
    void theHeadersNumbersAreTheAgents() {
        assertThat(Layouts.ABI_VERSION).isEqualTo(headers.number("ABI_VERSION"));
        assertThat(Layouts.PATH_LIMIT).isEqualTo(headers.number("PATH_LIMIT"));
        assertThat(KernelPrograms.SCRATCH_PER_CPU).isEqualTo(headers.number("SCRATCH_PER_CPU"));
        assertThat(KernelPrograms.MIN_SCRATCH).isEqualTo(headers.number("SCRATCH_TRIES"));
    }

    @Test
    void theAutomatonsFormIsTheCompilers() {
        assertThat(Cell.TARGET_BITS).isEqualTo(headers.number("CELL_TARGET_BITS"));
        assertThat(Cell.CLASS_CELLS).isEqualTo(headers.number("CLASS_CELLS"));
        assertThat(Cell.END).isEqualTo(headers.number("COLUMN_END"));
        assertThat(Cell.FIRST_CLASS).isEqualTo(headers.number("COLUMN_FIRST_CLASS"));
        assertThat(RuleSet.NO_START).isEqualTo(headers.number("NO_START"));
        assertThat(Lane.values()).hasSize(headers.number("LANES"));
        assertThat(Lane.ENFORCE.ordinal()).isEqualTo(headers.number("LANE_ENFORCE"));
        assertThat(Lane.AUDIT.ordinal()).isEqualTo(headers.number("LANE_AUDIT"));
    }

    @Test
    void verdictWordsAreTheCompilers() {
        assertThat(Verdict.REFUSE).isEqualTo(headers.number("VERDICT_REFUSE"));
        assertThat(Verdict.KILL).isEqualTo(headers.number("VERDICT_KILL"));
        assertThat(Verdict.REPORT).isEqualTo(headers.number("VERDICT_REPORT"));
        assertThat(Verdict.RULE_SHIFT).isEqualTo(headers.number("VERDICT_RULE_SHIFT"));
    }

    @Test
    void theEgressQuestionIsTheCompilers() {
        Map<String, Integer> places = new LinkedHashMap<>();
        int end = 0;
        for (Map.Entry<String, Integer> member : headers.bytesOf("egress_question").entrySet()) {
            places.put(member.getKey(), end);
            end += member.getValue();
        }
        assertThat(places)
                .isEqualTo(
                        Map.of(
                                "protocol", EgressQuestion.PROTOCOL,
                                "family", EgressQuestion.FAMILY,
                                "address", EgressQuestion.ADDRESS,
                                "port", EgressQuestion.PORT));
        assertThat(end).isEqualTo(EgressQuestion.LENGTH);
    }

    @Test
    void mapsHaveAsManyElementsAsTheAgentHandsOut() {
        assertThat(object.definition("rule_sets").maxEntries()).isEqualTo(RuleSetTable.RULE_SETS);
        assertThat(object.definition("scopes").maxEntries()).isEqualTo(ScopeTable.SIZE);
        assertThat(object.definition("counters").maxEntries()).isEqualTo(RuleSetTable.COUNTERS);
        assertThat(object.definition("statistics").maxEntries())
                .isEqualTo(Statistic.values().length);
        assertThat(object.definition("automaton").maxEntries()).isEqualTo(1);
        assertThat(object.definition("pin_info").maxEntries()).isEqualTo(1);
        assertThat(Integer.bitCount(RuleSetTable.CELLS)).as("a power of two").isEqualTo(1);
        assertThat(RuleSetTable.CELLS).isLessThanOrEqualTo(Cell.MAX_CELLS);
    }

    @Test
    void mapsHoldTheStructsThatTheAgentWrites() {
        assertThat(object.definition("scope_by_namespaces").keySize())
                .isEqualTo((int) Layouts.NAMESPACES.byteSize());
        assertValues("scopes", Layouts.SCOPE);
        assertValues("scope_by_namespaces", Layouts.BINDING);
        assertValues("pods", Layouts.POD);
        assertValues("held", Layouts.HELD);
        assertValues("control", Layouts.CONTROL);
        assertThat(object.definition("pods").keySize()).isEqualTo(Layouts.POD_UID);
        assertThat(object.definition("containers").keySize()).isEqualTo(Layouts.CONTAINER_ID);
        assertValues("rule_sets", Layouts.RULE_SET);
        assertValues("counters", Layouts.RULE_COUNTER);
        assertValues("subjects", Layouts.SUBJECT);
        assertValues("pin_info", Layouts.PIN_INFO);
        assertThat(object.definition("statistics").valueSize()).isEqualTo(Long.BYTES);
    }

    private void assertValues(String map, StructLayout layout) {
        assertThat(object.definition(map).valueSize()).as(map).isEqualTo((int) layout.byteSize());
    }

    @Test
    void everyPinnedMapExists() {
        assertThat(object.names()).containsAll(KernelPrograms.PINNED);
    }

    @Test
    void theHooksAskedForAreThoseOfThePrograms() {
        assertThat(object.sections())
                .filteredOn(section -> section.startsWith("lsm/"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        KernelSupport.HOOKS.stream(),
                                        KernelSupport.LATER_HOOKS.stream())
                                .map(hook -> "lsm/" + hook)
                                .toList());
        assertThat(object.sections())
                .filteredOn(section -> !section.startsWith("lsm/"))
                .containsOnly("iter/task", "tp_btf/sched_process_exit");
    }
}
