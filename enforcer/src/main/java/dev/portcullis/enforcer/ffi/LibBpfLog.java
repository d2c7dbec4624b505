// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;

/**
 * Keeps the last warnings that libbpf prints, so that they can be told with the error they explain.
 * Without it they would go to the process's standard error, between other output.
 */
public final class LibBpfLog {
    private static final int LIBBPF_WARN = 0;

    /** Longest line kept, in bytes; libbpf's own lines are shorter. */
    private static final int LINE = 4096;

    /** Most lines kept between two calls of {@link #take}; older ones go first. */
    private static final int LINES = 50;

    private static final MethodHandle VSNPRINTF =
            Native.link(
                    Native.LINKER.defaultLookup(),
                    "vsnprintf",
                    Native.ints(ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
    private static final ArrayDeque<String> KEPT = new ArrayDeque<>();
    private static boolean installed;

    private LibBpfLog() {}

    /** Redirects libbpf's messages here; once a process. */
    public static synchronized void install() {
        if (installed) {
            return;
        }
        try {
            MethodHandle target =
                    MethodHandles.lookup()
                            .findStatic(
                                    LibBpfLog.class,
                                    "print",
                                    MethodType.methodType(
                                            int.class,
                                            int.class,
                                            MemorySegment.class,
                                            MemorySegment.class));
            // The third parameter is a va_list, which C hands over by address on x86-64 and on
            // arm64.
            LibBpf.setPrint(
                    Native.LINKER.upcallStub(
                            target,
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS),
                            Arena.global()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the message callback", e);
        }
        installed = true;
    }

    /** Called by libbpf. Nothing may be thrown: an exception that leaves an upcall ends the JVM. */
    @SuppressWarnings({"unused", "CatchingUnchecked"}) // reached through a method handle
    private static int print(int level, MemorySegment format, MemorySegment arguments) {
        if (level != LIBBPF_WARN) {
            return 0;
        }
        String line;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LINE);
            int ignored = (int) VSNPRINTF.invokeExact(buffer, (long) LINE, format, arguments);
            line = buffer.getString(0).strip();
        } catch (Throwable t) {
            line = "(a message of libbpf's could not be formatted: " + t + ")";
        }
        synchronized (KEPT) {
            if (KEPT.size() == LINES) {
                KEPT.removeFirst();
            }
            KEPT.addLast(line);
        }
        return 0;
    }

    /** What libbpf has said since the last call, a line each; forgets it. */
    public static String take() {
        synchronized (KEPT) {
            String all = String.join("\n", KEPT);
            KEPT.clear();
            return all;
        }
    }
}
