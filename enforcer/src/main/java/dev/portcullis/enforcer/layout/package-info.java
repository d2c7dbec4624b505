// SPDX-License-Identifier: Apache-2.0

/**
 * The layouts that C and Java share, and the check that they are the same. The C side is {@code
 * bpf-lsm/src/portcullis.h}. The check runs at every start, against the very object that is about
 * to be loaded.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.enforcer.layout;
