// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.LibBpf;
import dev.portcullis.enforcer.ffi.LibBpfLog;
import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.layout.Btf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One BPF object file: opened, adjusted, loaded, attached, in this order. Closing it detaches every
 * program that is not pinned and frees every map that is not. Not safe for use by several threads
 * at once.
 */
public final class BpfObject implements AutoCloseable {
    /** Room for the verifier's log, in bytes. It is only written when a program is refused. */
    private static final int LOG_SIZE = 8 << 20;

    /** Where programs that are read, not attached, have their sections. */
    private static final String ITERATOR = "iter/";

    /** As much of the log's end as an error message shows: the verdict stands there. */
    private static final int LOG_LINES = 60;

    /**
     * What libbpf needs until the object is loaded; freed then, as the log alone is 8 MiB. Shared,
     * as the thread that closes an agent need not be the one that started it.
     */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment log = arena.allocate(LOG_SIZE);
    private final MemorySegment object;
    private final Btf btf;
    private final Map<String, MemorySegment> links = new LinkedHashMap<>();
    private final Set<String> leftOut = new HashSet<>();

    private BpfObject(byte[] image) {
        LibBpfLog.install();
        LibBpfLog.take();
        // struct bpf_object_open_opts of libbpf 1.1; newer ones only add members behind these
        MemorySegment options = arena.allocate(80);
        options.set(JAVA_LONG, 0, options.byteSize());
        options.set(ADDRESS, 8, arena.allocateFrom("portcullis"));
        options.set(ADDRESS, 56, log);
        options.set(JAVA_LONG, 64, log.byteSize());
        MemorySegment copy =
                arena.allocateFrom(JAVA_LONG, new long[(image.length + 7) / 8])
                        .asSlice(0, image.length);
        MemorySegment.copy(image, 0, copy, JAVA_BYTE, 0, image.length);
        object = LibBpf.openObject(copy, options);
        if (object.equals(MemorySegment.NULL)) {
            BpfException failed =
                    new BpfException("opening the BPF object", LibBpf.errno(), LibBpfLog.take());
            arena.close();
            throw failed;
        }
        try {
            btf = new Btf(LibBpf.btf(object).toArray(JAVA_BYTE));
        } catch (IllegalArgumentException e) {
            LibBpf.closeObject(object);
            arena.close();
            throw new EnforcerException(
                    "the BPF object does not describe its types: " + e.getMessage(), e);
        }
    }

    /**
     * Reads an object; nothing reaches the kernel yet, and no privilege is needed.
     *
     * @param image the ELF file's bytes
     * @throws BpfException if libbpf refuses it
     * @throws EnforcerException if it does not describe its types
     */
    public static BpfObject open(byte[] image) {
        return new BpfObject(image);
    }

    /** The object's own description of its types. */
    public Btf btf() {
        return btf;
    }

    /** Gives a {@code const volatile u32} its value; before {@link #load}. */
    public void setConstant(String variable, int value) {
        Long offset = btf.variables(".rodata").get(variable);
        if (offset == null) {
            throw new IllegalArgumentException("the BPF object has no constant " + variable);
        }
        LibBpf.initialValue(findMap(".rodata")).set(JAVA_INT_UNALIGNED, offset, value);
    }

    /** Sets the size in bytes of a map's values; before {@link #load}. */
    public void setValueSize(String map, int bytes) {
        check("sizing map " + map, LibBpf.setValueSize(findMap(map), bytes));
    }

    /** Sets how many elements a map can have; before {@link #load}. */
    public void setMaxEntries(String map, int entries) {
        check("sizing map " + map, LibBpf.setMaxEntries(findMap(map), entries));
    }

    /**
     * Has the object use maps that exist in place of its own; before {@link #load}.
     *
     * @param fds descriptors by the maps' names; the caller still closes them
     */
    public void reuseMaps(Map<String, Integer> fds) {
        fds.forEach(
                (map, fd) -> check("taking over map " + map, LibBpf.reuseMap(findMap(map), fd)));
    }

    /** Leaves programs out of this object, as if it did not have them; before {@link #load}. */
    public void leaveOut(List<String> programs) {
        for (MemorySegment program : programHandles()) {
            String name = LibBpf.programName(program);
            if (programs.contains(name)) {
                check("leaving out program " + name, LibBpf.setAutoload(program, false));
                leftOut.add(name);
            }
        }
    }

    /** Leaves the programs of hooks out of {@link #load}: they are in the kernel already. */
    public void skipHooks() {
        for (MemorySegment program : programHandles()) {
            if (!isIterator(program)) {
                check(
                        "leaving out program " + LibBpf.programName(program),
                        LibBpf.setAutoload(program, false));
            }
        }
    }

    private static boolean isIterator(MemorySegment program) {
        return LibBpf.programSection(program).startsWith(ITERATOR);
    }

    /**
     * Creates the maps and has the kernel verify the programs.
     *
     * @throws BpfException with libbpf's words and the end of the verifier's log
     */
    public void load() {
        int result = LibBpf.loadObject(object);
        if (result < 0) {
            throw new BpfException(
                    "loading the BPF programs", -result, LibBpfLog.take() + "\n" + endOfLog());
        }
        arena.close();
    }

    public BpfMap map(String name) {
        return new BpfMap(name, LibBpf.mapFd(findMap(name)));
    }

    /** Names of all programs of hooks, in the order of the object. */
    public List<String> hooks() {
        return programHandles().stream()
                .filter(program -> !isIterator(program))
                .map(LibBpf::programName)
                .toList();
    }

    private List<MemorySegment> programHandles() {
        List<MemorySegment> programs = new ArrayList<>();
        MemorySegment program = LibBpf.nextProgram(object, MemorySegment.NULL);
        while (!program.equals(MemorySegment.NULL)) {
            if (!leftOut.contains(LibBpf.programName(program))) {
                programs.add(program);
            }
            program = LibBpf.nextProgram(object, program);
        }
        return programs;
    }

    /** Runs an iterator's program over all that it iterates over. */
    public void iterate(String program) {
        MemorySegment handle =
                programHandles().stream()
                        .filter(candidate -> LibBpf.programName(candidate).equals(program))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no program " + program));
        MemorySegment link = LibBpf.attachIterator(handle);
        if (link.equals(MemorySegment.NULL)) {
            throw new BpfException(
                    "preparing iterator " + program, LibBpf.errno(), LibBpfLog.take());
        }
        try {
            int fd = LibBpf.createIterator(LibBpf.linkFd(link));
            check("starting iterator " + program, fd);
            try {
                LibC.readToEnd(fd, "running iterator " + program);
            } finally {
                LibC.close(fd);
            }
        } finally {
            LibBpf.destroyLink(link);
        }
    }

    /**
     * Attaches every program of a hook to the hook that its section names, in the order of the
     * object.
     */
    public void attach() {
        for (MemorySegment program : programHandles()) {
            if (isIterator(program)) {
                continue;
            }
            String name = LibBpf.programName(program);
            MemorySegment link = LibBpf.attach(program);
            if (link.equals(MemorySegment.NULL)) {
                throw new BpfException(
                        "attaching program " + name, LibBpf.errno(), LibBpfLog.take());
            }
            links.put(name, link);
        }
    }

    /** Pins a map, so that it outlives this process. */
    public void pinMap(String name, Path path) {
        check("pinning map " + name + " at " + path, LibBpf.pinMap(findMap(name), path.toString()));
    }

    /** Pins what attaches a program, so that the program stays attached without this process. */
    public void pinLink(String program, Path path) {
        MemorySegment link = links.get(program);
        if (link == null) {
            throw new IllegalStateException("program " + program + " is not attached");
        }
        check("pinning program " + program + " at " + path, LibBpf.pinLink(link, path.toString()));
    }

    private MemorySegment findMap(String name) {
        MemorySegment map = LibBpf.findMap(object, name);
        if (map.equals(MemorySegment.NULL)) {
            throw new IllegalArgumentException("the BPF object has no map " + name);
        }
        return map;
    }

    private void check(String tried, int result) {
        if (result < 0) {
            throw new BpfException(tried, -result, LibBpfLog.take());
        }
    }

    private String endOfLog() {
        List<String> lines = log.getString(0).lines().toList();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** Detaches every program that is not pinned. */
    public void detach() {
        links.values().forEach(LibBpf::destroyLink);
        links.clear();
    }

    @Override
    public void close() {
        detach();
        LibBpf.closeObject(object);
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
