// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The few functions of the C library that Java has no equivalent of. */
public final class LibC {
    /** mmap protection and sharing. */
    public static final int PROT_READ = 1;

    public static final int PROT_WRITE = 2;

    private static final int MAP_SHARED = 1;
    private static final int SIGCONT = 18;
    private static final short POLLIN = 1;
    private static final short POLLNVAL = 0x20;
    private static final int CLOCK_BOOTTIME = 7;

    private static final MethodHandle STRERROR = link("strerror", Native.pointers(JAVA_INT));
    private static final MethodHandle CLOSE = link("close", Native.ints(JAVA_INT));
    private static final MethodHandle GETPAGESIZE = link("getpagesize", Native.ints());
    private static final MethodHandle GETEUID = link("geteuid", Native.ints());
    private static final MethodHandle MUNMAP = link("munmap", Native.ints(ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOCK_GETTIME =
            link("clock_gettime", Native.ints(JAVA_INT, ADDRESS));
    private static final MethodHandle MKFIFO =
            link("mkfifo", Native.ints(ADDRESS, JAVA_INT), Native.ERRNO);
    private static final MethodHandle MMAP =
            link(
                    "mmap",
                    Native.pointers(ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                    Native.ERRNO);
    private static final MethodHandle READ =
            link(
                    "read",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
                    Native.ERRNO);
    private static final MethodHandle KILL =
            link("kill", Native.ints(JAVA_INT, JAVA_INT), Native.ERRNO);
    private static final MethodHandle POLL =
            link("poll", Native.ints(ADDRESS, JAVA_LONG, JAVA_INT), Native.ERRNO);

    private LibC() {}

    private static MethodHandle link(
            String symbol, FunctionDescriptor type, Linker.Option... options) {
        return Native.link(Native.LINKER.defaultLookup(), symbol, type, options);
    }

    static String strerror(int errno) {
        try {
            return Native.string((MemorySegment) STRERROR.invokeExact(errno));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Closes a descriptor. There is nothing to do about a failure: the descriptor is gone either
     * way.
     */
    public static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** Size of a page in bytes. */
    public static int pageSize() {
        try {
            return (int) GETPAGESIZE.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Makes a FIFO that only this user can open.
     *
     * @throws BpfException if there is something of that name, or no such folder
     */
    public static void makeFifo(String path) {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result = (int) MKFIFO.invokeExact(Native.callState(), arena.allocateFrom(path), 0600);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
        if (result < 0) {
            throw new BpfException("making the FIFO " + path, Native.errno());
        }
    }

    /**
     * Reads a descriptor to its end and forgets what it said.
     *
     * @throws BpfException if reading fails
     */
    public static void readToEnd(int fd, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            long result;
            do {
                result = (long) READ.invokeExact(Native.callState(), fd, buffer, buffer.byteSize());
                if (result < 0 && Native.errno() != Errno.EINTR && Native.errno() != Errno.EAGAIN) {
                    throw new BpfException(what, Native.errno());
                }
            } while (result != 0);
        } catch (BpfException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Sends SIGCONT to a process.
     *
     * @return false if there is none of that number
     */
    public static boolean continueProcess(int pid) {
        try {
            int result = (int) KILL.invokeExact(Native.callState(), pid, SIGCONT);
            if (result < 0 && Native.errno() != Errno.ESRCH) {
                throw new BpfException("continuing process " + pid, Native.errno());
            }
            return result == 0;
        } catch (BpfException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /** The effective user id. */
    public static int effectiveUser() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Nanoseconds since boot, suspended time included: the clock of {@code bpf_ktime_get_boot_ns}.
     */
    public static long bootTime() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            int ignored = (int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, time);
            return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + time.getAtIndex(JAVA_LONG, 1);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Maps a descriptor shared. The mapping ends when the arena closes.
     *
     * @param protection {@link #PROT_READ}, or that and {@link #PROT_WRITE}
     * @param offset in bytes, a multiple of the page size
     * @throws BpfException if the kernel refuses
     */
    public static MemorySegment map(
            Arena arena, int fd, long offset, long length, int protection, String what) {
        MemorySegment address;
        try {
            address =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    Native.callState(),
                                    MemorySegment.NULL,
                                    length,
                                    protection,
                                    MAP_SHARED,
                                    fd,
                                    offset);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
        if (address.address() == -1) {
            throw new BpfException("mapping " + what + " into memory", Native.errno());
        }
        return address.reinterpret(length, arena, LibC::unmap);
    }

    private static void unmap(MemorySegment segment) {
        try {
            int ignored = (int) MUNMAP.invokeExact(segment, segment.byteSize());
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /**
     * Waits until a descriptor is readable.
     *
     * @return false on a time-out or when a signal came first
     * @throws BpfException if there is no such descriptor
     */
    public static boolean awaitReadable(int fd, int milliseconds) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8);
            poll.set(JAVA_INT, 0, fd);
            poll.set(JAVA_SHORT, 4, POLLIN);
            int ready = (int) POLL.invokeExact(Native.callState(), poll, 1L, milliseconds);
            if (ready < 0 && Native.errno() != Errno.EINTR) {
                throw new BpfException("waiting for events", Native.errno());
            }
            if ((poll.get(JAVA_SHORT, 6) & POLLNVAL) != 0) {
                throw new BpfException("waiting for events", Errno.EBADF);
            }
            return ready > 0;
        } catch (BpfException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
