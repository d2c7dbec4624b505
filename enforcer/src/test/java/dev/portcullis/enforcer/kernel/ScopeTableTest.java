// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.ReservedScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeTableTest {
    private static final String POD = "ab".repeat(16);
    private static final String CONTAINER = "cd".repeat(32);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(ScopeTable.SIZE * Layouts.SCOPE.byteSize());
    private final ScopeTable table = new ScopeTable(memory);

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void everyNumberIsAnotherEvenAtAPlaceThatWasUsedBefore() {
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 3 * ScopeTable.SIZE; i++) {
            int number = table.add(1, POD, CONTAINER);
            assertThat(numbers.add(number)).as("number %d", number).isTrue();
            assertThat(number & (ScopeTable.SIZE - 1))
                    .isGreaterThanOrEqualTo(ReservedScope.count());
            table.remove(number);
        }
    }

    @Test
    void fullTableIsToldAndNothingIsLost() {
        int last = 0;
        for (int i = 0; i < ScopeTable.AVAILABLE; i++) {
            last = table.add(1, POD, "");
        }
        assertThatThrownBy(() -> table.add(1, POD, ""))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("nothing was changed");
        table.remove(last);
        assertThat(table.add(1, POD, "")).isNotEqualTo(last);
    }

    @Test
    void nextAgentFindsWhatIsThereAndOnlyThat() {
        int kept = table.add(7, POD, CONTAINER);
        int ofThePod = table.add(8, POD, "");
        int gone = table.add(9, POD, CONTAINER);
        table.remove(gone);
        table.setRuleSet(kept, 70);
        ScopeTable next = new ScopeTable(memory);
        assertThat(next.recover())
                .containsExactlyInAnyOrder(
                        new ScopeTable.Saved(kept, 70, POD, CONTAINER),
                        new ScopeTable.Saved(ofThePod, 8, POD, ""));
        Set<Integer> others = new HashSet<>();
        for (int i = 0; i < ScopeTable.AVAILABLE - 2; i++) {
            others.add(next.add(1, POD, CONTAINER));
        }
        assertThat(others).doesNotContain(kept, ofThePod, gone);
    }

    @Test
    void countTellsWhichScopesHadTasks() {
        int number = table.add(1, POD, CONTAINER);
        assertThat(table.hadTasks(number, 3)).isFalse();
    }
}
