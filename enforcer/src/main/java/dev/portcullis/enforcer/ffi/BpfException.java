// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.ffi;

/**
 * A call to libbpf or the kernel failed. The message holds what was tried, errno's words, and
 * libbpf's own.
 */
public final class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    public BpfException(String tried, int errno) {
        this(tried, errno, "");
    }

    /**
     * @param detail libbpf's or the verifier's own words; may be empty
     */
    public BpfException(String tried, int errno, String detail) {
        super(
                tried
                        + ": "
                        + Errno.words(errno)
                        + " (errno "
                        + errno
                        + ")"
                        + (detail.isBlank() ? "" : "\n" + detail.strip()));
        this.errno = errno;
    }

    /** The kernel's error number, positive; from 4000 on, one of libbpf's own. */
    public int errno() {
        return errno;
    }
}
