// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BtfTest {
    private static byte[] real = {};

    @BeforeAll
    static void readTheRealOne() {
        try (MapsOnly object = MapsOnly.open(KernelPrograms.image())) {
            real = object.btf();
        }
    }

    @Test
    void structsHaveTheirMembersWithPlaceAndSize() {
        Btf.Struct subject = new Btf(real).struct("subject");
        assertThat(subject.size()).isEqualTo(1028);
        assertThat(subject.members())
                .containsExactly(new Btf.Member("length", 0, 4), new Btf.Member("path", 4, 1024));
    }

    @Test
    void enumerationsHaveTheirValues() {
        assertThat(new Btf(real).enumeration("question_kind"))
                .containsEntry("KIND_EXEC", 0)
                .containsEntry("KIND_EGRESS", 5);
    }

    @Test
    void variablesHaveTheirPlaces() {
        assertThat(new Btf(real).variables(".rodata"))
                .containsKeys("default_scope", "automaton_mask", "scratch_mask");
    }

    @Test
    void whatIsNotThereIsEmptyOrNamed() {
        Btf btf = new Btf(real);
        assertThat(btf.enumeration("nothing")).isEmpty();
        assertThat(btf.variables(".nothing")).isEmpty();
        assertThat(btf.hasStruct("nothing")).isFalse();
        assertThatThrownBy(() -> btf.struct("nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < real.length; length++) {
            byte[] cut = Arrays.copyOf(real, length);
            assertThatThrownBy(() -> new Btf(cut))
                    .as("%d bytes", cut.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theOtherByteOrderIsRefusedAsSuch() {
        ByteBuffer turned = ByteBuffer.wrap(real.clone());
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                        ? ByteOrder.BIG_ENDIAN
                        : ByteOrder.LITTLE_ENDIAN;
        turned.order(other).putShort(0, (short) 0xeb9f);
        assertThatThrownBy(() -> new Btf(turned.array()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte order");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 23, 24, 25, 1000})
    void garbageIsRefused(int length) {
        byte[] garbage = new byte[length];
        new Random(length).nextBytes(garbage);
        assertThatThrownBy(() -> new Btf(garbage)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTypeMadeOfItselfIsRefused() {
        // header; type 1: typedef of type 1; type 2: a struct with one member of type 1; one name
        ByteBuffer bytes = ByteBuffer.allocate(24 + 12 + 24 + 1).order(ByteOrder.nativeOrder());
        bytes.putShort(0, (short) 0xeb9f).put(2, (byte) 1).putInt(4, 24);
        bytes.putInt(8, 0).putInt(12, 36).putInt(16, 36).putInt(20, 1);
        bytes.putInt(24 + 4, 8 << 24).putInt(24 + 8, 1);
        bytes.putInt(36 + 4, 4 << 24 | 1).putInt(36 + 8, 4).putInt(36 + 16, 1);
        assertThatThrownBy(() -> new Btf(bytes.array()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("made of itself");
    }

    /** A damaged object must end in an error that can be told, never in a stray exception. */
    @Test
    void damageIsEitherRefusedOrHarmless() {
        Random random = new Random(20260101);
        int refused = 0;
        for (int round = 0; round < 5000; round++) {
            byte[] damaged = real.clone();
            int changes = 1 + random.nextInt(8);
            for (int i = 0; i < changes; i++) {
                int limit = random.nextInt(4) == 0 ? 24 : damaged.length;
                damaged[random.nextInt(limit)] = (byte) random.nextInt();
            }
            try {
                new Btf(damaged).variables(".rodata");
            } catch (IllegalArgumentException e) {
                refused++;
            } catch (RuntimeException e) {
                fail("round " + round, e);
            }
        }
        assertThat(refused).isBetween(500, 4999);
    }
}
