// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ContainerProcessTest {
    @TempDir private Path folder;

    @BeforeEach
    void needRoot() {
        assumeTrue(LibC.effectiveUser() == 0, "making namespaces needs root");
    }

    private ContainerProcess start(ContainerProcess.Binding binding, String... command) {
        return ContainerProcess.start(
                binding,
                List.of(command),
                builder ->
                        builder.redirectErrorStream(true)
                                .redirectOutput(folder.resolve("out").toFile()));
    }

    private ContainerProcess start(String... command) {
        return start(ContainerProcess.Binding.NONE, command);
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 42, 255})
    void theExitStatusIsTheCommands(int status) {
        try (ContainerProcess process = start("sh", "-c", "exit " + status)) {
            assertThat(process.waitFor()).isEqualTo(status);
        }
    }

    @Test
    void aCommandThatIsOverAtOnceIsNoError() {
        for (int i = 0; i < 20; i++) {
            try (ContainerProcess process = start("true")) {
                assertThat(process.waitFor()).isZero();
            }
        }
    }

    @Test
    void argumentsArriveAsTheyAre() throws IOException {
        try (ContainerProcess process = start("printf", "%s|", "a b", "", "$HOME", "-c", "'\"")) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(out()).isEqualTo("a b||$HOME|-c|'\"|");
    }

    @Test
    void theCommandIsTheFirstProcessOfItsNamespace() throws IOException {
        try (ContainerProcess process = start("sh", "-c", "echo $$; ls -d /proc/[0-9]*")) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(out().lines().limit(2)).containsExactly("1", "/proc/1");
    }

    @Test
    void namespacesAreBoundBeforeTheCommandBeginsAndUnboundAtTheEnd() throws IOException {
        Path begun = folder.resolve("begun");
        List<String> happened = new ArrayList<>();
        ContainerProcess.Binding binding =
                (mount, pid) -> {
                    assertThat(begun).doesNotExist();
                    happened.add(
                            "mnt:[%s] pid:[%s]"
                                    .formatted(
                                            Integer.toUnsignedString(mount),
                                            Integer.toUnsignedString(pid)));
                    return () -> happened.add("unbound");
                };
        try (ContainerProcess process =
                start(
                        binding,
                        "sh",
                        "-c",
                        ": > "
                                + begun
                                + "; echo $(readlink /proc/self/ns/mnt /proc/self/ns/pid)")) {
            assertThat(process.waitFor()).isZero();
            assertThat(begun).exists();
            assertThat(happened).containsExactly(out().strip());
        }
        assertThat(happened).containsExactly(out().strip(), "unbound");
    }

    @Test
    void aCommandThatDoesNotExistIs127() throws IOException {
        try (ContainerProcess process = start("/no/such/command")) {
            assertThat(process.waitFor()).isEqualTo(127);
        }
        assertThat(out()).contains("/no/such/command");
    }

    @Test
    void aSignalIs128AndItsNumber() {
        try (ContainerProcess process = start("sleep", "1000")) {
            process.process().children().forEach(ProcessHandle::destroyForcibly);
            assertThat(process.waitFor()).isEqualTo(137);
        }
    }

    @Test
    void closingEndsTheCommandAndItsChildren() throws Exception {
        List<ProcessHandle> all;
        try (ContainerProcess process =
                start("sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait")) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!out().contains("ready")) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
            all = process.process().descendants().toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(3);
        }
        for (ProcessHandle handle : all) {
            handle.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aBindingThatFailsEndsTheCommandBeforeItBegins() {
        Path begun = folder.resolve("begun");
        ContainerProcess.Binding failing =
                (mount, pid) -> {
                    throw new EnforcerException("the map is full");
                };
        assertThatThrownBy(() -> start(failing, "sh", "-c", ": > " + begun))
                .isInstanceOf(EnforcerException.class)
                .hasMessage("the map is full");
        assertThat(begun).doesNotExist();
    }

    @Test
    void aStartThatFailsAfterTheBindingUndoesIt() {
        List<String> happened = new ArrayList<>();
        ContainerProcess.Binding ending =
                (mount, pid) -> {
                    happened.add("bound");
                    List<ProcessHandle> waiting =
                            ProcessHandle.current()
                                    .children()
                                    .filter(child ->
                                            child.info()
                                                    .commandLine()
                                                    .orElse("")
                                                    .contains("portcullis-run"))
                                    .flatMap(child ->
                                            Stream.concat(Stream.of(child), child.descendants()))
                                    .toList();
                    waiting.forEach(ProcessHandle::destroyForcibly);
                    // All of them gone, or the shell could still be let go.
                    waiting.forEach(
                            process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
                    return () -> happened.add("unbound");
                };
        assertThatThrownBy(() -> start(ending, "true"))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("cannot start true");
        assertThat(happened).containsExactly("bound", "unbound");
    }
}
