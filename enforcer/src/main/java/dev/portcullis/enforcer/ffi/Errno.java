// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

/** Error numbers the agent reacts to, and their words. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int EINVAL = 22;

    /** From here on numbers are libbpf's own, which libc has no words for. */
    private static final int LIBBPF = 4000;

    private Errno() {}

    /**
     * The words for an error number of the kernel or of libbpf, such as {@code Operation not
     * permitted}.
     */
    public static String words(int errno) {
        return errno < LIBBPF ? LibC.strerror(errno) : LibBpf.strerror(errno);
    }
}
