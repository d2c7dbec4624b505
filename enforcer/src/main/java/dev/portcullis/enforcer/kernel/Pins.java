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
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of the BPF file system in which an agent keeps its programs and maps alive. What is in
 * it works without the agent; removing it ends that.
 */
public final class Pins {
    /** Programs' pins begin so; the rest are maps. Names have no dots: bpffs refuses them. */
    private static final String PROGRAM = "program_";

    /** What a program's pin is called until it takes its predecessor's place. */
    private static final String NEXT = "_next";

    /**
     * Who made the pins.
     *
     * @param abi layout and meaning of the maps
     * @param pid process of the agent, which may be long gone
     * @param build SHA-256 of the object, hexadecimal
     */
    private record Owner(int abi, int pid, String build) {}

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

    /**
     * Whether there is something that an agent of this build or another can take over.
     *
     * @throws EnforcerException if there is something that it cannot
     */
    public boolean canBeTakenOver() {
        if (!Files.isDirectory(folder) || !Files.exists(map(KernelPrograms.CONTROL))) {
            return false;
        }
        Owner owner = owner();
        if (owner.abi != Layouts.ABI_VERSION) {
            refuse();
        }
        return true;
    }

    /** Whether all of these programs are pinned, and of this very build. */
    public boolean hold(List<String> programs) {
        return programs.stream().allMatch(program -> Files.exists(program(program)))
                && owner().build.equals(KernelPrograms.build());
    }

    /** Descriptors of the maps, for the caller to close. */
    public Map<String, Integer> openMaps() {
        Map<String, Integer> fds = new HashMap<>();
        for (String map : KernelPrograms.PINNED) {
            int fd = LibBpf.get(map(map).toString());
            if (fd < 0) {
                fds.values().forEach(LibC::close);
                throw new BpfException("opening " + map(map), -fd);
            }
            fds.put(map, fd);
        }
        return fds;
    }

    /** Puts a pin in the place of another in one step. */
    void replace(String program, Consumer<Path> pin) {
        Path next = folder.resolve(PROGRAM + program + NEXT);
        try {
            Files.deleteIfExists(next);
            pin.accept(next);
            Files.move(next, program(program), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot replace the pin of "
                            + program
                            + " in "
                            + folder
                            + ": "
                            + EnforcerException.reason(e),
                    e);
        }
    }

    private void refuse() {
        String cure = "; what it enforced is still enforced, until `portcullis unload` lifts it";
        Owner owner = owner();
        throw new EnforcerException(
                owner.abi == Layouts.ABI_VERSION
                        ? folder
                                + " was left by an agent (PID "
                                + owner.pid
                                + ") that ended without cleaning up"
                                + cure
                        : folder
                                + " was left by an agent of another version (map layout "
                                + owner.abi
                                + ", this one's is "
                                + Layouts.ABI_VERSION
                                + ")"
                                + cure);
    }

    private Owner owner() {
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
            return new Owner(
                    info.get(ValueLayout.JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "abi")),
                    info.get(ValueLayout.JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "agent_pid")),
                    HexFormat.of()
                            .formatHex(
                                    info.asSlice(
                                                    Layouts.offset(Layouts.PIN_INFO, "build"),
                                                    Layouts.HASH)
                                            .toArray(ValueLayout.JAVA_BYTE)));
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
            releaseHeld();
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

    /** Lets the tasks go that wait for an agent. */
    private void releaseHeld() {
        int control = LibBpf.get(map(KernelPrograms.CONTROL).toString());
        int held = LibBpf.get(map(KernelPrograms.HELD).toString());
        try {
            if (control >= 0 && held >= 0) {
                new HeldTasks(
                                new Control(new BpfMap(KernelPrograms.CONTROL, control)),
                                new BpfMap(KernelPrograms.HELD, held))
                        .releaseAll();
            }
        } finally {
            List.of(control, held).stream().filter(fd -> fd >= 0).forEach(LibC::close);
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
