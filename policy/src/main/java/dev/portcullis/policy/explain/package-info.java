// SPDX-License-Identifier: Apache-2.0

/** Says why an operation is judged as it is. */
@NullMarked
package dev.portcullis.policy.explain;

import org.jspecify.annotations.NullMarked;
