// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CombTest {
    private final Comb comb = new Comb(10);

    @Test
    void aRowGoesIntoTheGapsOfAnother() {
        assertThat(comb.place(new int[] {0, 2, 4})).isEqualTo(10);
        assertThat(comb.place(new int[] {0, 2})).isEqualTo(11);
        assertThat(comb.size()).isEqualTo(15);
    }

    @Test
    void whatIsTakenStaysTaken() {
        assertThat(comb.place(new int[] {0, 1})).isEqualTo(10);
        assertThat(comb.place(new int[] {0, 1})).isEqualTo(12);
        assertThat(comb.place(new int[] {0})).isEqualTo(14);
    }
}
