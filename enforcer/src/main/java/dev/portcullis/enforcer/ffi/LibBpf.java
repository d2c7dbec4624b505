// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * libbpf, as far as the agent needs it: version 1.1 (Debian 12) or newer.
 *
 * <p>The functions here have C's conventions: libbpf 1.x returns a negative error number from
 * functions of type int, and NULL with errno set from functions that return a pointer. Callers live
 * in {@code dev.portcullis.enforcer.kernel} and turn them into {@link BpfException}s.
 */
public final class LibBpf {
    /** The library's file name, as the dynamic linker knows it. */
    public static final String SONAME = "libbpf.so.1";

    /** Room for the words of one error number, in bytes. */
    private static final int WORDS = 128;

    private static final SymbolLookup LIBRARY = open();

    private static final FunctionDescriptor INT_OF_POINTER = Native.ints(ADDRESS);
    private static final FunctionDescriptor POINTER_OF_POINTER = Native.pointers(ADDRESS);
    private static final FunctionDescriptor POINTER_OF_TWO = Native.pointers(ADDRESS, ADDRESS);
    private static final FunctionDescriptor INT_OF_TWO = Native.ints(ADDRESS, ADDRESS);
    private static final FunctionDescriptor VOID_OF_POINTER = FunctionDescriptor.ofVoid(ADDRESS);
    private static final FunctionDescriptor INT_OF_FD_AND_TWO =
            Native.ints(JAVA_INT, ADDRESS, ADDRESS);

    private static final MethodHandle OPEN_MEM =
            link(
                    "bpf_object__open_mem",
                    Native.pointers(ADDRESS, JAVA_LONG, ADDRESS),
                    Native.ERRNO);
    private static final MethodHandle LOAD = link("bpf_object__load", INT_OF_POINTER);
    private static final MethodHandle CLOSE = link("bpf_object__close", VOID_OF_POINTER);
    private static final MethodHandle OBJECT_BTF = link("bpf_object__btf", POINTER_OF_POINTER);
    private static final MethodHandle BTF_DATA = link("btf__raw_data", POINTER_OF_TWO);
    private static final MethodHandle FIND_MAP =
            link("bpf_object__find_map_by_name", POINTER_OF_TWO, Native.ERRNO);
    private static final MethodHandle NEXT_PROGRAM =
            link("bpf_object__next_program", POINTER_OF_TWO);
    private static final MethodHandle PROGRAM_NAME = link("bpf_program__name", POINTER_OF_POINTER);
    private static final MethodHandle PROGRAM_SECTION =
            link("bpf_program__section_name", POINTER_OF_POINTER);
    private static final MethodHandle PROGRAM_AUTOLOAD =
            link("bpf_program__set_autoload", Native.ints(ADDRESS, JAVA_BOOLEAN));
    private static final MethodHandle ATTACH_ITERATOR =
            link("bpf_program__attach_iter", POINTER_OF_TWO, Native.ERRNO);
    private static final MethodHandle LINK_FD = link("bpf_link__fd", INT_OF_POINTER);
    private static final MethodHandle ITERATOR_CREATE =
            link("bpf_iter_create", Native.ints(JAVA_INT));
    private static final MethodHandle PROGRAM_ATTACH =
            link("bpf_program__attach", POINTER_OF_POINTER, Native.ERRNO);
    private static final MethodHandle MAP_FD = link("bpf_map__fd", INT_OF_POINTER);
    private static final MethodHandle MAP_VALUE_SIZE =
            link("bpf_map__set_value_size", Native.ints(ADDRESS, JAVA_INT));
    private static final MethodHandle MAP_MAX_ENTRIES =
            link("bpf_map__set_max_entries", Native.ints(ADDRESS, JAVA_INT));
    private static final MethodHandle MAP_REUSE =
            link("bpf_map__reuse_fd", Native.ints(ADDRESS, JAVA_INT));
    private static final MethodHandle MAP_INITIAL_VALUE =
            link("bpf_map__initial_value", POINTER_OF_TWO);
    private static final MethodHandle MAP_PIN = link("bpf_map__pin", INT_OF_TWO);
    private static final MethodHandle LINK_PIN = link("bpf_link__pin", INT_OF_TWO);
    private static final MethodHandle LINK_DESTROY = link("bpf_link__destroy", INT_OF_POINTER);
    private static final MethodHandle UPDATE =
            link("bpf_map_update_elem", Native.ints(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle LOOKUP = link("bpf_map_lookup_elem", INT_OF_FD_AND_TWO);
    private static final MethodHandle NEXT_KEY = link("bpf_map_get_next_key", INT_OF_FD_AND_TWO);
    private static final MethodHandle DELETE =
            link("bpf_map_delete_elem", Native.ints(JAVA_INT, ADDRESS));
    private static final MethodHandle OBJ_GET = link("bpf_obj_get", INT_OF_POINTER);
    private static final MethodHandle KERNEL_BTF =
            link("btf__load_vmlinux_btf", Native.pointers(), Native.ERRNO);
    private static final MethodHandle FREE_BTF = link("btf__free", VOID_OF_POINTER);
    private static final MethodHandle FIND_TYPE =
            link("btf__find_by_name_kind", Native.ints(ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle PROBE_MAP =
            link("libbpf_probe_bpf_map_type", Native.ints(JAVA_INT, ADDRESS));
    private static final MethodHandle PROG_LOAD =
            link(
                    "bpf_prog_load",
                    Native.ints(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle MAP_CREATE =
            link(
                    "bpf_map_create",
                    Native.ints(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle VERSION = link("libbpf_version_string", Native.pointers());
    private static final MethodHandle STRERROR =
            link("libbpf_strerror", Native.ints(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle SET_PRINT = link("libbpf_set_print", POINTER_OF_POINTER);

    private LibBpf() {}

    private static SymbolLookup open() {
        try {
            return SymbolLookup.libraryLookup(SONAME, Arena.global());
        } catch (IllegalArgumentException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(SONAME + " cannot be loaded");
            error.initCause(e);
            throw error;
        }
    }

    private static MethodHandle link(
            String symbol, FunctionDescriptor type, java.lang.foreign.Linker.Option... options) {
        return Native.link(LIBRARY, symbol, type, options);
    }

    /** Errno of this thread's last failed call that returned a pointer. */
    public static int errno() {
        return Native.errno();
    }

    /** The words for an error number, the library's own from 4000 on among them. */
    static String strerror(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(WORDS);
            int ignored = (int) STRERROR.invokeExact(errno, buffer, buffer.byteSize());
            return buffer.getString(0);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Such as {@code v1.1}. */
    public static String version() {
        try {
            return Native.string((MemorySegment) VERSION.invokeExact());
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * @param options a {@code struct bpf_object_open_opts}; it and the image must outlive the call
     *     only
     */
    public static MemorySegment openObject(MemorySegment image, MemorySegment options) {
        try {
            return (MemorySegment)
                    OPEN_MEM.invokeExact(Native.callState(), image, image.byteSize(), options);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int loadObject(MemorySegment object) {
        return callInt(LOAD, object);
    }

    public static void closeObject(MemorySegment object) {
        try {
            CLOSE.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * The object's BTF, as bytes that live as long as the object; none if it was compiled without.
     */
    public static MemorySegment btf(MemorySegment object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_INT);
            MemorySegment btf = (MemorySegment) OBJECT_BTF.invokeExact(object);
            if (btf.equals(MemorySegment.NULL)) {
                return btf;
            }
            MemorySegment data = (MemorySegment) BTF_DATA.invokeExact(btf, size);
            return data.reinterpret(Integer.toUnsignedLong(size.get(JAVA_INT, 0)));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static MemorySegment findMap(MemorySegment object, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (MemorySegment)
                    FIND_MAP.invokeExact(Native.callState(), object, arena.allocateFrom(name));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The program after this one, the first after NULL, NULL after the last. */
    public static MemorySegment nextProgram(MemorySegment object, MemorySegment program) {
        try {
            return (MemorySegment) NEXT_PROGRAM.invokeExact(object, program);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static String programName(MemorySegment program) {
        try {
            return Native.string((MemorySegment) PROGRAM_NAME.invokeExact(program));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Attaches where the program's section says; NULL and {@link #errno()} on failure. */
    public static MemorySegment attach(MemorySegment program) {
        try {
            return (MemorySegment) PROGRAM_ATTACH.invokeExact(Native.callState(), program);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Such as {@code lsm/file_open}. */
    public static String programSection(MemorySegment program) {
        try {
            return Native.string((MemorySegment) PROGRAM_SECTION.invokeExact(program));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Says whether loading the object loads this program. */
    public static int setAutoload(MemorySegment program, boolean load) {
        try {
            return (int) PROGRAM_AUTOLOAD.invokeExact(program, load);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** A link to an iterator's program; NULL and {@link #errno()} on failure. */
    public static MemorySegment attachIterator(MemorySegment program) {
        try {
            return (MemorySegment)
                    ATTACH_ITERATOR.invokeExact(Native.callState(), program, MemorySegment.NULL);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int linkFd(MemorySegment link) {
        return callInt(LINK_FD, link);
    }

    /** A descriptor of one run of an iterator: reading it to its end is the run. */
    public static int createIterator(int link) {
        try {
            return (int) ITERATOR_CREATE.invokeExact(link);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Has an object that is to be loaded use a map that exists. */
    public static int reuseMap(MemorySegment map, int fd) {
        return callInt(MAP_REUSE, map, fd);
    }

    public static int mapFd(MemorySegment map) {
        return callInt(MAP_FD, map);
    }

    public static int setValueSize(MemorySegment map, int bytes) {
        return callInt(MAP_VALUE_SIZE, map, bytes);
    }

    public static int setMaxEntries(MemorySegment map, int entries) {
        return callInt(MAP_MAX_ENTRIES, map, entries);
    }

    /** The bytes a map of global variables will begin with; writable until the object is loaded. */
    public static MemorySegment initialValue(MemorySegment map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            MemorySegment value = (MemorySegment) MAP_INITIAL_VALUE.invokeExact(map, size);
            return value.reinterpret(size.get(JAVA_LONG, 0));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int pinMap(MemorySegment map, String path) {
        return callInt(MAP_PIN, map, path);
    }

    public static int pinLink(MemorySegment link, String path) {
        return callInt(LINK_PIN, link, path);
    }

    /** Frees the link; the program stays attached only if the link is pinned. */
    public static int destroyLink(MemorySegment link) {
        return callInt(LINK_DESTROY, link);
    }

    public static int update(int map, MemorySegment key, MemorySegment value, long flags) {
        try {
            return (int) UPDATE.invokeExact(map, key, value, flags);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int lookup(int map, MemorySegment key, MemorySegment value) {
        try {
            return (int) LOOKUP.invokeExact(map, key, value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The key after this one into {@code next}, the first after NULL; -ENOENT after the last. */
    public static int nextKey(int map, MemorySegment key, MemorySegment next) {
        try {
            return (int) NEXT_KEY.invokeExact(map, key, next);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static int delete(int map, MemorySegment key) {
        try {
            return (int) DELETE.invokeExact(map, key);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** A descriptor of what is pinned there. */
    public static int get(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) OBJ_GET.invokeExact(arena.allocateFrom(path));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * The running kernel's BTF, to be freed with {@link #freeBtf}; NULL and {@link #errno()} on
     * failure.
     */
    public static MemorySegment kernelBtf() {
        try {
            return (MemorySegment) KERNEL_BTF.invokeExact(Native.callState());
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    public static void freeBtf(MemorySegment btf) {
        try {
            FREE_BTF.invokeExact(btf);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The id of a type of that name and {@code BTF_KIND_*}, or a negative error number. */
    public static int findType(MemorySegment btf, String name, int kind) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) FIND_TYPE.invokeExact(btf, arena.allocateFrom(name), kind);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** 1 if the kernel can make such a map, 0 if not. */
    public static int probeMap(int type) {
        try {
            return (int) PROBE_MAP.invokeExact(type, MemorySegment.NULL);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * @param options a {@code struct bpf_prog_load_opts}
     */
    public static int loadProgram(
            int type, String name, MemorySegment instructions, long count, MemorySegment options) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    PROG_LOAD.invokeExact(
                            type,
                            arena.allocateFrom(name),
                            arena.allocateFrom("GPL"),
                            instructions,
                            count,
                            options);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Makes a map that is no object's.
     *
     * @param options a {@code struct bpf_map_create_opts}, or NULL
     * @return its descriptor, or a negative error number
     */
    public static int createMap(
            int type, String name, int keySize, int valueSize, int entries, MemorySegment options) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    MAP_CREATE.invokeExact(
                            type, arena.allocateFrom(name), keySize, valueSize, entries, options);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * @param callback a {@code libbpf_print_fn_t}
     */
    static void setPrint(MemorySegment callback) {
        try {
            MemorySegment ignored = (MemorySegment) SET_PRINT.invokeExact(callback);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static int callInt(MethodHandle handle, MemorySegment argument) {
        try {
            return (int) handle.invokeExact(argument);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static int callInt(MethodHandle handle, MemorySegment argument, int number) {
        try {
            return (int) handle.invokeExact(argument, number);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static int callInt(MethodHandle handle, MemorySegment argument, String text) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) handle.invokeExact(argument, arena.allocateFrom(text));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
