// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindingsTest {
    /** A descriptor that no process of ours has. */
    private static final int NO_FD = 1 << 30;

    @ParameterizedTest
    @ValueSource(classes = {LibBpf.class, LibC.class, LibBpfLog.class, Native.class})
    void everyBoundFunctionIsInItsLibrary(Class<?> bindings) {
        assertThatCode(() -> Class.forName(bindings.getName(), true, bindings.getClassLoader()))
                .doesNotThrowAnyException();
    }

    @Test
    void aFunctionThatTheLibraryLacksIsNamed() {
        FunctionDescriptor nothing = FunctionDescriptor.ofVoid();
        assertThatThrownBy(() ->
                        Native.link(Native.LINKER.defaultLookup(), "no_such_function", nothing))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("no_such_function");
    }

    @Test
    void theLibraryIsNewEnough() {
        assertThat(LibBpf.version()).matches("v1\\.[1-9][0-9]*");
    }

    @ParameterizedTest
    @CsvSource({
        Errno.EPERM + ",Operation not permitted",
        Errno.ENOENT + ",No such file or directory",
        Errno.EINTR + ",Interrupted system call",
        Errno.EBADF + ",Bad file descriptor",
        Errno.EACCES + ",Permission denied",
        Errno.EEXIST + ",File exists",
        Errno.EINVAL + ",Invalid argument",
        "4001,BPF object format invalid",
    })
    void errorNumbersHaveTheWordsOfTheirLibrary(int errno, String words) {
        assertThat(Errno.words(errno)).isEqualTo(words);
    }

    @Test
    void anExceptionTellsWhatWasTriedTheNumberAndTheDetail() {
        BpfException failed = new BpfException("making a map", Errno.EPERM, "\nlibbpf: no\n");
        assertThat(failed)
                .hasMessage("making a map: Operation not permitted (errno 1)\nlibbpf: no");
        assertThat(failed.errno()).isEqualTo(Errno.EPERM);
        assertThat(new BpfException("making a map", Errno.EPERM))
                .hasMessage("making a map: Operation not permitted (errno 1)");
    }

    @Test
    void functionsReturnTheirErrorNumberNegative() {
        assertThat(LibBpf.get("/no/such/pin")).isEqualTo(-Errno.ENOENT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(8);
            assertThat(LibBpf.lookup(NO_FD, key, key)).isEqualTo(-Errno.EBADF);
            assertThat(LibBpf.update(NO_FD, key, key, 0)).isEqualTo(-Errno.EBADF);
            assertThat(LibBpf.delete(NO_FD, key)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void aMappingThatTheKernelRefusesIsAnException() {
        try (Arena arena = Arena.ofConfined()) {
            BpfException failed =
                    catchThrowableOfType(
                            BpfException.class,
                            () ->
                                    LibC.map(
                                            arena,
                                            NO_FD,
                                            0,
                                            LibC.pageSize(),
                                            LibC.PROT_READ,
                                            "nothing"));
            assertThat(failed)
                    .hasMessageStartingWith("mapping nothing into memory: Bad file descriptor");
            assertThat(failed.errno()).isEqualTo(Errno.EBADF);
        }
    }

    @Test
    void waitingForADescriptorThatIsNoneIsAnException() {
        assertThatThrownBy(() -> LibC.awaitReadable(NO_FD, 0))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("Bad file descriptor");
    }

    @Test
    void aMappingIsTheFileItself(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("mapped");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
                Arena arena = Arena.ofConfined()) {
            file.setLength(LibC.pageSize());
            MemorySegment mapped =
                    LibC.map(
                            arena,
                            descriptor(path),
                            0,
                            LibC.pageSize(),
                            LibC.PROT_READ | LibC.PROT_WRITE,
                            "a file");
            mapped.set(ValueLayout.JAVA_BYTE, 7, (byte) 42);
            file.seek(7);
            assertThat(file.read()).isEqualTo(42);
            assertThat(mapped.byteSize()).isEqualTo(LibC.pageSize());
        }
    }

    /** The number of this process's descriptor of an open file. */
    private static int descriptor(Path path) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).equals(path);
                        } catch (IOException e) {
                            return false; // the listing's own, closed since
                        }
                    })
                    .mapToInt(fd -> Integer.parseInt(fd.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theClockCountsFromBoot() {
        long first = LibC.bootTime();
        assertThat(first).isPositive();
        assertThat(LibC.bootTime()).isGreaterThanOrEqualTo(first);
    }

    @Test
    void whatLibbpfSaysIsKeptAndToldOnce() {
        LibBpfLog.install();
        LibBpfLog.take();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment garbage = arena.allocate(64);
            assertThat(LibBpf.openObject(garbage, MemorySegment.NULL))
                    .isEqualTo(MemorySegment.NULL);
        }
        assertThat(LibBpfLog.take()).contains("libbpf: ");
        assertThat(LibBpfLog.take()).isEmpty();
    }
}
