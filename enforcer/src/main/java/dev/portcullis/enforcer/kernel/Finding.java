// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

/**
 * One thing that enforcement needs.
 *
 * @param need what it is, such as {@code BPF among the kernel's security modules}
 * @param ofKernel whether another kernel on the same machine could help
 * @param met whether it is there
 * @param detail what was found, or why not
 * @param cure what to do about a no; empty if met
 */
public record Finding(String need, boolean ofKernel, boolean met, String detail, String cure) {
    /** Something that the machine has to offer: a privilege, a library, a mount. */
    static Finding machine(String need, boolean met, String detail, String cure) {
        return new Finding(need, false, met, detail, met ? "" : cure);
    }

    /** Something that the running kernel has to offer. */
    static Finding kernel(String need, boolean met, String detail, String cure) {
        return new Finding(need, true, met, detail, met ? "" : cure);
    }

    /** A no, in one sentence with its cure. */
    public String sentence() {
        return need + " is needed: " + detail + "; " + cure;
    }
}
