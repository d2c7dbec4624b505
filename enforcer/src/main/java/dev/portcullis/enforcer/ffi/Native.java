// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** What the bindings in this package share: linker, errno, and how a failed link is reported. */
final class Native {
    static final Linker LINKER = Linker.nativeLinker();
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_HANDLE =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"))
                    .withInvokeExactBehavior();

    /**
     * One captured call state a thread: a native call and the read of its errno never leave the
     * thread.
     */
    private static final ThreadLocal<MemorySegment> CALL_STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Native() {}

    static MemorySegment callState() {
        return CALL_STATE.get();
    }

    /**
     * The errno of this thread's last call that captured it; look only after the return value said
     * "failed".
     */
    static int errno() {
        return (int) ERRNO_HANDLE.get(CALL_STATE.get(), 0L);
    }

    static MethodHandle link(
            SymbolLookup library,
            String symbol,
            FunctionDescriptor type,
            Linker.Option... options) {
        MemorySegment address =
                library.find(symbol)
                        .orElseThrow(() ->
                                new UnsatisfiedLinkError("the library has no function " + symbol));
        return LINKER.downcallHandle(address, type, options);
    }

    /** A C string that the library owns, or {@code ""} for NULL. */
    static String string(MemorySegment pointer) {
        return pointer.equals(MemorySegment.NULL)
                ? ""
                : pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    static FunctionDescriptor ints(MemoryLayout... arguments) {
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    static FunctionDescriptor pointers(MemoryLayout... arguments) {
        return FunctionDescriptor.of(ValueLayout.ADDRESS, arguments);
    }

    /**
     * invokeExact declares Throwable; C functions throw none, so anything thrown is a fault of
     * ours.
     */
    static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new AssertionError(thrown);
    }
}
