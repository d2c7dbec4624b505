// SPDX-License-Identifier: Apache-2.0

/**
 * The control plane: it watches policies and pods, decides what holds where, compiles it, tells the
 * nodes and writes status. Observing ({@code watch}), deciding ({@code select}, {@code plan},
 * {@code status}) and acting ({@code serve} and the writers) are apart, and this package puts them
 * together. It has credentials of the cluster and no privilege on any node.
 */
@NullMarked
package dev.portcullis.operator;

import org.jspecify.annotations.NullMarked;
