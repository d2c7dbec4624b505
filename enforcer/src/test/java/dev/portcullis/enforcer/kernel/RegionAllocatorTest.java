// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionAllocatorTest {
    private final RegionAllocator space = new RegionAllocator(10, 20);

    @Test
    void theFirstStretchThatFitsIsTaken() {
        assertThat(space.allocate(3)).hasValue(10);
        assertThat(space.allocate(2)).hasValue(13);
        assertThat(space.allocate(5)).hasValue(15);
        space.release(10, 3);
        space.release(15, 5);
        assertThat(space.allocate(4)).hasValue(15);
        assertThat(space.allocate(3)).hasValue(10);
        assertThat(space.available()).isEqualTo(1);
    }

    @Test
    void whatDoesNotFitInOneStretchIsNotHandedOut() {
        assertThat(space.allocate(4)).hasValue(10);
        assertThat(space.allocate(2)).hasValue(14);
        space.release(10, 4);
        assertThat(space.available()).isEqualTo(8);
        assertThat(space.allocate(5)).isEmpty();
        assertThat(space.available()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"})
    void neighboursAreJoinedInAnyOrder(int first, int second, int third) {
        int[] begins = {10, 13, 17};
        int[] lengths = {3, 4, 3};
        for (int length : lengths) {
            assertThat(space.allocate(length)).isPresent();
        }
        for (int i : new int[] {first, second, third}) {
            space.release(begins[i], lengths[i]);
        }
        assertThat(space.allocate(10)).hasValue(10);
    }

    @ParameterizedTest
    @CsvSource({"10,3", "10,1", "12,1", "12,4", "16,4", "13,7", "10,10"})
    void whatIsFreeAlreadyCannotBeReleased(int begin, int length) {
        assertThat(space.allocate(3)).hasValue(10);
        assertThat(space.allocate(4)).hasValue(13);
        space.release(10, 3);
        assertThatThrownBy(() -> space.release(begin, length))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is free already");
        assertThat(space.available()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"9,2", "19,2", "-1,1", "20,1", "12,0", "12,-1", "2147483647,1", "10,2147483647"})
    void whatWasNeverThereCannotBeReleased(int begin, int length) {
        assertThat(space.allocate(10)).hasValue(10);
        assertThatThrownBy(() -> space.release(begin, length))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(space.available()).isZero();
    }

    @Test
    void stretchesHaveALength() {
        assertThatThrownBy(() -> space.allocate(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RegionAllocator(5, 5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RegionAllocator(-1, 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itDoesWhatABitmapWouldDo(long seed) {
        record Stretch(int begin, int length) {}

        Random random = new Random(seed);
        int begin = random.nextInt(5);
        int end = begin + 50 + random.nextInt(200);
        RegionAllocator tested = new RegionAllocator(begin, end);
        BitSet taken = new BitSet();
        List<Stretch> held = new ArrayList<>();
        for (int step = 0; step < 5000; step++) {
            if (held.isEmpty() || random.nextInt(5) < 3) {
                int length = 1 + random.nextInt(20);
                OptionalInt expected = firstFit(taken, begin, end, length);
                assertThat(tested.allocate(length)).as("step %d", step).isEqualTo(expected);
                expected.ifPresent(at -> {
                    taken.set(at, at + length);
                    held.add(new Stretch(at, length));
                });
            } else {
                Stretch stretch = held.remove(random.nextInt(held.size()));
                tested.release(stretch.begin, stretch.length);
                taken.clear(stretch.begin, stretch.begin + stretch.length);
            }
            assertThat(tested.available()).isEqualTo(end - begin - taken.cardinality());
        }
    }

    private static OptionalInt firstFit(BitSet taken, int begin, int end, int length) {
        for (int at = begin; at + length <= end; at++) {
            int next = taken.nextSetBit(at);
            if (next < 0 || next >= at + length) {
                return OptionalInt.of(at);
            }
        }
        return OptionalInt.empty();
    }

    @Test
    void placesCanBeTakenByName() {
        RegionAllocator space = new RegionAllocator(0, 100);
        space.reserve(10, 20);
        space.reserve(90, 10);
        assertThat(space.available()).isEqualTo(70);
        assertThat(space.allocate(10)).hasValue(0);
        assertThat(space.allocate(60)).hasValue(30);
        assertThat(space.allocate(1)).isEmpty();
        space.release(10, 20);
        assertThat(space.allocate(20)).hasValue(10);
    }

    @Test
    void whatIsTakenCannotBeTakenByName() {
        RegionAllocator space = new RegionAllocator(0, 100);
        space.reserve(10, 20);
        assertThatIllegalStateException().isThrownBy(() -> space.reserve(29, 1));
        assertThatIllegalStateException().isThrownBy(() -> space.reserve(0, 11));
        assertThatIllegalStateException().isThrownBy(() -> space.reserve(99, 2));
        assertThatIllegalStateException().isThrownBy(() -> space.reserve(50, 0));
        assertThat(space.available()).isEqualTo(80);
    }
}
