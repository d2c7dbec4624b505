// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionsTest {
    private static final long NOW = 1_767_225_600_000L;

    @Test
    void versionsRise() {
        Versions versions = new Versions(NOW);
        long one = versions.above(0);

        assertThat(versions.above(one)).isGreaterThan(one);
        assertThat(versions.above(0)).isGreaterThan(one + 1);
    }

    @Test
    void anOperatorThatStartsLaterBeginsAboveAMillionVersionsOfTheOneBefore() {
        Versions before = new Versions(NOW);
        long last = 0;
        for (int i = 0; i < 1_000_000; i++) {
            last = before.above(last);
        }

        assertThat(new Versions(NOW + 1).above(0)).isGreaterThan(last);
    }

    @Test
    void aNodeThatIsAheadIsLiftedAboveItsOwnAndTheOthersAreNot() {
        Versions versions = new Versions(NOW);

        assertThat(versions.above(Long.MAX_VALUE - 5)).isEqualTo(Long.MAX_VALUE - 4);
        assertThat(versions.above(0)).isLessThan((NOW + 1) << 20);
    }
}
