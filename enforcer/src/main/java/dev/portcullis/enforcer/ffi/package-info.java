// SPDX-License-Identifier: Apache-2.0

/**
 * libbpf and the C library through the foreign function interface: one method for one C function.
 * The only package that knows method handles and native symbols. What the calls mean is the
 * business of the packages above.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.enforcer.ffi;
