// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.layout.Layouts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsTest {
    @TempDir private Path folder;

    @Test
    void aParentOnAnotherFileSystemIsRefusedWithTheCure() {
        Pins pins = new Pins(folder.resolve("pins"));
        assertThatThrownBy(pins::create)
                .isInstanceOf(EnforcerException.class)
                .hasMessageStartingWith(folder + " is not a BPF file system")
                .hasMessageContaining("mount -t bpf bpf /sys/fs/bpf");
        assertThat(folder.resolve("pins")).doesNotExist();
    }

    @Test
    void aParentThatIsMissingIsRefusedWithTheCure() {
        assertThatThrownBy(new Pins(folder.resolve("no/pins"))::create)
                .isInstanceOf(EnforcerException.class)
                .hasMessageStartingWith(folder.resolve("no") + " is not a BPF file system");
    }

    @Test
    void aFolderWithoutParentIsRefusedByItsName() {
        assertThatThrownBy(new Pins(Path.of("/"))::create)
                .isInstanceOf(EnforcerException.class)
                .hasMessageStartingWith("/ is not a BPF file system");
        assertThatThrownBy(new Pins(Path.of("pins"))::create)
                .isInstanceOf(EnforcerException.class)
                .hasMessageStartingWith(Path.of("").toAbsolutePath() + " is not");
    }

    @Test
    void aFolderThatDoesNotExistHoldsNothing() {
        assertThat(new Pins(folder.resolve("pins")).remove()).isFalse();
    }

    @Test
    void anOrdinaryFolderIsNeverRemoved() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "kept");
        assertThatThrownBy(new Pins(folder)::remove)
                .isInstanceOf(EnforcerException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining("nothing was removed")
                .hasMessageContaining("--pins");
        assertThat(precious).hasContent("kept");
    }

    @Test
    void aWholeBpfFileSystemIsNeverRemoved() throws Exception {
        try (BpfFileSystem bpf = BpfFileSystem.mount(folder)) {
            Path other = Files.createDirectory(bpf.folder().resolve("of_others"));
            assertThatThrownBy(new Pins(bpf.folder())::remove)
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("nothing was removed");
            assertThat(other).isDirectory();
        }
    }

    @Test
    void aFolderIsMadeAndRemoved() throws Exception {
        try (BpfFileSystem bpf = BpfFileSystem.mount(folder)) {
            Pins pins = new Pins(bpf.folder().resolve("pins"));
            pins.create();
            assertThat(pins.folder()).isDirectory();
            assertThat(pins.remove()).isTrue();
            assertThat(pins.folder()).doesNotExist();
            assertThat(pins.remove()).isFalse();
        }
    }

    @Test
    void pinsThatSayNothingAreRefusedAsSuch() throws Exception {
        try (BpfFileSystem bpf = BpfFileSystem.mount(folder)) {
            Pins pins = new Pins(bpf.folder().resolve("pins"));
            pins.create();
            assertThatThrownBy(pins::create)
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("nothing that says which agent made them")
                    .hasMessageContaining("`portcullis unload`");
        }
    }

    @Test
    void pinsOfADeadAgentAreRefusedWithItsNumberAndRemovable() throws Exception {
        try (BpfFileSystem bpf = BpfFileSystem.mount(folder)) {
            Pins pins = new Pins(bpf.folder().resolve("pins"));
            pins.create();
            leave(pins, Layouts.ABI_VERSION, 4711);
            assertThatThrownBy(pins::create)
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("left by an agent (PID 4711)")
                    .hasMessageContaining("`portcullis unload`");
            assertThat(pins.remove()).isTrue();
            assertThat(pins.folder()).doesNotExist();
        }
    }

    @Test
    void pinsOfAnotherVersionAreRefusedWithBothVersions() throws Exception {
        try (BpfFileSystem bpf = BpfFileSystem.mount(folder)) {
            Pins pins = new Pins(bpf.folder().resolve("pins"));
            pins.create();
            leave(pins, 99, 4711);
            assertThatThrownBy(pins::create)
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("map layout 99, this one's is " + Layouts.ABI_VERSION);
        }
    }

    /** Pins the map that tells whose pins these are. */
    private static void leave(Pins pins, int abi, int pid) {
        try (MapsOnly maps = MapsOnly.open(KernelPrograms.image());
                Arena arena = Arena.ofConfined()) {
            maps.create(Set.of("pin_info"));
            MemorySegment info = arena.allocate(Layouts.PIN_INFO);
            info.set(JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "abi"), abi);
            info.set(JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "agent_pid"), pid);
            new BpfMap("pin_info", maps.fd("pin_info")).put(0, info);
            maps.pin("pin_info", pins.map("pin_info").toString());
        }
    }
}
