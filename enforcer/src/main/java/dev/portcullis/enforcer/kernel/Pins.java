// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.Errno;
import dev.portcullis.enforcer.ffi.LibBpf;
import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.layout.Layouts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of the BPF file system in which an agent keeps its programs and maps alive. What is in
 * it works without the agent; removing it ends that.
 */
public final class Pins {
    /** Programs' pins begin so; the rest are maps. Names have no dots: bpffs refuses them. */
    private static final String PROGRAM = "program_";

    private final Path folder;

    public Pins(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    public Path folder() {
        return folder;
    }

    /** Where a program's pin goes. */
    public Path program(String name) {
        return folder.resolve(PROGRAM + name);
    }

    /** Where a map's pin goes. */
    public Path map(String name) {
        return folder.resolve(name);
    }

    /**
     * Makes the folder.
     *
     * @throws EnforcerException if it is not on a BPF file system, or holds another agent's pins
     */
    public void create() {
        try {
            Path parent = folder.getParent();
            if (parent == null || !isBpf(parent)) {
                throw new EnforcerException(
                        (parent == null ? folder : parent)
                                + " is not a BPF file system, which keeps enforcement alive without"
                                + " the agent; mount one: mount -t bpf bpf /sys/fs/bpf");
            }
            if (Files.exists(folder)) {
                refuse();
            }
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot use " + folder + " for pins: " + EnforcerException.reason(e), e);
        }
    }

    private static boolean isBpf(Path folder) throws IOException {
        return Files.isDirectory(folder) && "bpf".equals(Files.getFileStore(folder).type());
    }

    private void refuse() {
        String cure = "; what it enforced is still enforced, until `portcullis unload` lifts it";
        int fd = LibBpf.get(map("pin_info").toString());
        if (fd < 0) {
            throw new EnforcerException(
                    folder
                            + " holds pins, but nothing that says which agent made them ("
                            + Errno.words(-fd)
                            + ")"
                            + cure);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(Layouts.PIN_INFO);
            new BpfMap("pin_info", fd).get(0, info);
            int abi = info.get(ValueLayout.JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "abi"));
            int pid = info.get(ValueLayout.JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "agent_pid"));
            throw new EnforcerException(
                    abi == Layouts.ABI_VERSION
                            ? folder
                                    + " was left by an agent (PID "
                                    + pid
                                    + ") that ended without cleaning up"
                                    + cure
                            : folder
                                    + " was left by an agent of another version (map layout "
                                    + abi
                                    + ", this one's is "
                                    + Layouts.ABI_VERSION
                                    + ")"
                                    + cure);
        } finally {
            LibC.close(fd);
        }
    }

    /**
     * Lifts all enforcement, then removes the folder and all in it, programs first, so that none
     * runs without its maps' pins.
     *
     * @return whether there was anything
     * @throws EnforcerException if it is no folder of a BPF file system; nothing was removed then
     */
    public boolean remove() {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            Path parent = folder.getParent();
            if (parent == null || !isBpf(parent) || !isBpf(folder)) {
                throw new EnforcerException(
                        folder
                                + " is not a folder of an agent's, as it is not inside a BPF file"
                                + " system; nothing was removed. Name the right one with --pins");
            }
            List<Path> pins =
                    entries.sorted(
                                    Comparator.comparing((Path pin) ->
                                            !pin.getFileName().toString().startsWith(PROGRAM)))
                            .toList();
            lift();
            for (Path pin : pins) {
                Files.delete(pin);
            }
            Files.delete(folder);
            return true;
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot remove the pins in " + folder + ": " + EnforcerException.reason(e), e);
        }
    }

    /**
     * Gives every scope the empty rule set. Removing the pins alone would not do: the kernel frees
     * a program only some time after its last reference is gone, and until then it goes on judging.
     */
    private void lift() {
        int fd = LibBpf.get(map(KernelPrograms.SCOPES).toString());
        if (fd == -Errno.ENOENT) {
            return; // that agent died before its programs were attached
        }
        if (fd < 0) {
            throw new BpfException("opening " + map(KernelPrograms.SCOPES), -fd);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment zeros = arena.allocate(KernelPrograms.SCOPE_LIMIT);
            int result = 0;
            for (int scope = 0; result == 0; scope++) {
                key.set(ValueLayout.JAVA_INT, 0, scope);
                result = LibBpf.update(fd, key, zeros, 0);
            }
            if (result != -Errno.E2BIG) { // no more scopes
                throw new BpfException("lifting enforcement in " + folder, -result);
            }
        } finally {
            LibC.close(fd);
        }
    }
}
