// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.ffi.BpfException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelProgramsTest {
    @Test
    void theObjectOpensWithoutTheKernel() {
        try (BpfObject object = BpfObject.open(KernelPrograms.image())) {
            assertThat(object.hooks())
                    .containsAll(KernelSupport.HOOKS)
                    .containsAll(KernelSupport.LATER_HOOKS)
                    .contains("task_exit")
                    .hasSize(KernelSupport.HOOKS.size() + KernelSupport.LATER_HOOKS.size() + 1);
        }
    }

    @Test
    void aProgramThatIsLeftOutIsNeitherLoadedNorAttached() {
        try (BpfObject object = BpfObject.open(KernelPrograms.image())) {
            object.leaveOut(KernelSupport.LATER_HOOKS);
            assertThat(object.hooks())
                    .containsAll(KernelSupport.HOOKS)
                    .doesNotContainAnyElementsOf(KernelSupport.LATER_HOOKS);
        }
    }

    @Test
    void theObjectIsSizedForThisMachineOrTheRightThatLacksIsNamed() {
        try (BpfObject object = KernelPrograms.open(Coverage.CONTAINERS)) {
            assertThat(object.hooks()).isNotEmpty();
        } catch (EnforcerException e) {
            assertThat(e)
                    .hasMessageStartingWith("cannot read /proc/1/ns/")
                    .hasMessageContaining("permission denied")
                    .hasMessageContaining("run as root");
        }
    }

    @Test
    void anObjectOfAnotherBuildIsRefusedWithBothSides() {
        assertThatThrownBy(() ->
                        KernelPrograms.open(
                                KernelPrograms.image(), List.of(packed()), Coverage.BOUND))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("were not built together")
                .hasMessageContaining(
                        "struct pin_info has 40 bytes in the object and 4 in the agent")
                .hasMessageContaining("`make clean build`");
    }

    @Test
    void anObjectThatLacksAStructIsRefusedWithItsName() {
        StructLayout unknown = MemoryLayout.structLayout(JAVA_INT).withName("unheard_of");
        assertThatThrownBy(() ->
                        KernelPrograms.open(
                                KernelPrograms.image(), List.of(unknown), Coverage.BOUND))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("struct unheard_of");
    }

    @Test
    void whatIsNoObjectIsRefusedInLibbpfsWords() {
        byte[] garbage =
                "this is no ELF file, however long it is made"
                        .repeat(9)
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BpfObject.open(garbage))
                .isInstanceOf(BpfException.class)
                .hasMessageStartingWith("opening the BPF object: ")
                .hasMessageContaining("libbpf: ")
                .hasMessageNotContaining("Unknown error");
    }

    @Test
    void anEmptyObjectIsRefused() {
        assertThatThrownBy(() -> BpfObject.open(new byte[0])).isInstanceOf(BpfException.class);
    }

    @Test
    void anObjectWithoutTypesIsRefused() {
        assertThatThrownBy(() -> BpfObject.open(withoutTypes(KernelPrograms.image())))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("does not describe its types");
    }

    @Test
    void aDamagedObjectIsRefusedOrOpened() {
        byte[] image = KernelPrograms.image();
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] cut = Arrays.copyOf(image, random.nextInt(image.length));
            assertThatThrownBy(() -> BpfObject.open(cut))
                    .isInstanceOfAny(BpfException.class, EnforcerException.class);
        }
    }

    @Test
    void unknownMapsAndConstantsAreNamed() {
        try (BpfObject object = BpfObject.open(KernelPrograms.image())) {
            assertThatThrownBy(() -> object.map("nowhere"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nowhere");
            assertThatThrownBy(() -> object.setConstant("nothing", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing");
        }
    }

    @Test
    void anyThreadMayClose() throws Exception {
        BpfObject object = BpfObject.open(KernelPrograms.image());
        CompletableFuture.runAsync(object::close).get(30, TimeUnit.SECONDS);
    }

    private static StructLayout packed() {
        return MemoryLayout.structLayout(JAVA_INT.withName("abi")).withName("pin_info");
    }

    /**
     * The object as if it had been compiled without -g: what needs types, maps and relocations, is
     * hidden from libbpf as well.
     */
    private static byte[] withoutTypes(byte[] image) {
        String text = new String(image, StandardCharsets.ISO_8859_1);
        byte[] hidden =
                text.replace("\0.maps\0", "\0.xaps\0")
                        .replace("\0.BTF\0", "\0.xTF\0")
                        .replace("\0.BTF.ext\0", "\0.xTF.ext\0")
                        .replace(".rel.BTF", ".rel.xTF")
                        .getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer elf = ByteBuffer.wrap(hidden).order(ByteOrder.nativeOrder());
        long sections = elf.getLong(0x28);
        int size = elf.getShort(0x3a);
        int count = elf.getShort(0x3c);
        for (int i = 0; i < count; i++) {
            int type = (int) sections + i * size + 4;
            if (elf.getInt(type) == 9) { // SHT_REL
                elf.putInt(type, 1); // SHT_PROGBITS
            } else if (elf.getInt(type) == 2) { // SHT_SYMTAB
                hideExterns(elf, (int) elf.getLong(type + 20), (int) elf.getLong(type + 28));
            }
        }
        return hidden;
    }

    private static void hideExterns(ByteBuffer elf, int begin, int size) {
        for (int symbol = begin; symbol < begin + size; symbol += 24) {
            if (elf.getShort(symbol + 6) == 0) { // SHN_UNDEF
                elf.put(symbol + 4, (byte) 0); // STB_LOCAL
            }
        }
    }
}
