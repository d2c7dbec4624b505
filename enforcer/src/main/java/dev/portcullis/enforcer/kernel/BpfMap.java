// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.Errno;
import dev.portcullis.enforcer.ffi.LibBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A map of a loaded object. Its descriptor belongs to the object and lives as long.
 *
 * @param name as in the C source
 * @param fd its descriptor
 */
public record BpfMap(String name, int fd) {
    private static final long ANY = 0;

    /**
     * Writes an element.
     *
     * @throws BpfException if the map is full or there is no memory
     */
    public void put(MemorySegment key, MemorySegment value) {
        check("writing to map " + name, LibBpf.update(fd, key, value, ANY));
    }

    /** Writes an element of an array. */
    public void put(int index, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            put(arena.allocateFrom(JAVA_INT, index), value);
        }
    }

    /**
     * Reads an element into {@code value}.
     *
     * @return false if there is none
     */
    public boolean get(MemorySegment key, MemorySegment value) {
        int result = LibBpf.lookup(fd, key, value);
        if (result == -Errno.ENOENT) {
            return false;
        }
        check("reading map " + name, result);
        return true;
    }

    /** Reads an element of an array, which always exists. */
    public void get(int index, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    "reading map " + name,
                    LibBpf.lookup(fd, arena.allocateFrom(JAVA_INT, index), value));
        }
    }

    /** Every key that is there, copied; keys that come or go meanwhile may be missed. */
    public List<MemorySegment> keys(Arena arena, long keySize) {
        List<MemorySegment> keys = new ArrayList<>();
        MemorySegment at = MemorySegment.NULL;
        while (true) {
            MemorySegment next = arena.allocate(keySize, Long.BYTES);
            int result = LibBpf.nextKey(fd, at, next);
            if (result == -Errno.ENOENT) {
                return keys;
            }
            check("reading map " + name, result);
            keys.add(next);
            at = next;
        }
    }

    /** Removes an element, if it is there. */
    public void remove(MemorySegment key) {
        int result = LibBpf.delete(fd, key);
        if (result != -Errno.ENOENT) {
            check("deleting from map " + name, result);
        }
    }

    private static void check(String tried, int result) {
        if (result < 0) {
            throw new BpfException(tried, -result);
        }
    }
}
