// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An object's maps without its programs, for kernels that would refuse the programs: what the
 * object says of them and, as root, the maps themselves.
 */
public final class MapsOnly implements AutoCloseable {
    /** What the object says of a map. */
    public record Definition(int type, int keySize, int valueSize, int maxEntries) {}

    private static final SymbolLookup LIBRARY =
            SymbolLookup.libraryLookup(LibBpf.SONAME, Arena.global());
    private static final MethodHandle NEXT_MAP =
            Native.link(LIBRARY, "bpf_object__next_map", Native.pointers(ADDRESS, ADDRESS));
    private static final MethodHandle MAP_NAME =
            Native.link(LIBRARY, "bpf_map__name", Native.pointers(ADDRESS));
    private static final MethodHandle TYPE = ofMap("bpf_map__type");
    private static final MethodHandle KEY_SIZE = ofMap("bpf_map__key_size");
    private static final MethodHandle VALUE_SIZE = ofMap("bpf_map__value_size");
    private static final MethodHandle MAX_ENTRIES = ofMap("bpf_map__max_entries");
    private static final MethodHandle SECTION =
            Native.link(LIBRARY, "bpf_program__section_name", Native.pointers(ADDRESS));
    private static final MethodHandle AUTOCREATE =
            Native.link(LIBRARY, "bpf_map__set_autocreate", Native.ints(ADDRESS, JAVA_BOOLEAN));
    private static final MethodHandle AUTOLOAD =
            Native.link(LIBRARY, "bpf_program__set_autoload", Native.ints(ADDRESS, JAVA_BOOLEAN));

    private final MemorySegment object;
    private final Map<String, MemorySegment> maps = new LinkedHashMap<>();

    private MapsOnly(MemorySegment object) {
        this.object = object;
    }

    private static MethodHandle ofMap(String symbol) {
        return Native.link(LIBRARY, symbol, Native.ints(ADDRESS));
    }

    /** Reads an object; nothing reaches the kernel. */
    public static MapsOnly open(byte[] image) {
        LibBpfLog.install();
        LibBpfLog.take();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(image.length, JAVA_LONG.byteAlignment());
            MemorySegment.copy(image, 0, copy, JAVA_BYTE, 0, image.length);
            MemorySegment object = LibBpf.openObject(copy, MemorySegment.NULL);
            if (object.equals(MemorySegment.NULL)) {
                throw new BpfException("opening", LibBpf.errno(), LibBpfLog.take());
            }
            MapsOnly opened = new MapsOnly(object);
            MemorySegment map = (MemorySegment) NEXT_MAP.invokeExact(object, MemorySegment.NULL);
            while (!map.equals(MemorySegment.NULL)) {
                opened.maps.put(Native.string((MemorySegment) MAP_NAME.invokeExact(map)), map);
                map = (MemorySegment) NEXT_MAP.invokeExact(object, map);
            }
            return opened;
        } catch (BpfException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The object's BTF. */
    public byte[] btf() {
        return LibBpf.btf(object).toArray(JAVA_BYTE);
    }

    public Definition definition(String map) {
        MemorySegment handle = handle(map);
        return new Definition(
                number(TYPE, handle),
                number(KEY_SIZE, handle),
                number(VALUE_SIZE, handle),
                number(MAX_ENTRIES, handle));
    }

    private static int number(MethodHandle function, MemorySegment map) {
        try {
            return (int) function.invokeExact(map);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public Set<String> names() {
        return Set.copyOf(maps.keySet());
    }

    /** The sections of all programs, such as {@code lsm/file_open}. */
    public Set<String> sections() {
        Set<String> sections = new TreeSet<>();
        try {
            MemorySegment program = LibBpf.nextProgram(object, MemorySegment.NULL);
            while (!program.equals(MemorySegment.NULL)) {
                sections.add(Native.string((MemorySegment) SECTION.invokeExact(program)));
                program = LibBpf.nextProgram(object, program);
            }
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
        return sections;
    }

    /** Sizes a map's values; before {@link #create}. */
    public void setValueSize(String map, int bytes) {
        check("sizing " + map, LibBpf.setValueSize(handle(map), bytes));
    }

    /** Makes these maps in the kernel. */
    public void create(Set<String> names) {
        try {
            for (Map.Entry<String, MemorySegment> map : maps.entrySet()) {
                check(
                        "choosing " + map.getKey(),
                        (int) AUTOCREATE.invokeExact(map.getValue(), names.contains(map.getKey())));
            }
            MemorySegment program = LibBpf.nextProgram(object, MemorySegment.NULL);
            while (!program.equals(MemorySegment.NULL)) {
                check("leaving out a program", (int) AUTOLOAD.invokeExact(program, false));
                program = LibBpf.nextProgram(object, program);
            }
            check("making maps", LibBpf.loadObject(object));
        } catch (BpfException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The descriptor of a map that was made. */
    public int fd(String map) {
        return LibBpf.mapFd(handle(map));
    }

    public void pin(String map, String path) {
        check("pinning " + map, LibBpf.pinMap(handle(map), path));
    }

    private MemorySegment handle(String map) {
        MemorySegment handle = maps.get(map);
        if (handle == null) {
            throw new IllegalArgumentException("no map " + map + " among " + maps.keySet());
        }
        return handle;
    }

    private static void check(String tried, int result) {
        if (result < 0) {
            throw new BpfException(tried, -result, LibBpfLog.take());
        }
    }

    @Override
    public void close() {
        LibBpf.closeObject(object);
    }
}
