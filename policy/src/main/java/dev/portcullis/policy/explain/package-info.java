// SPDX-License-Identifier: Apache-2.0

/** Operations as people write them, and why they are judged as they are. */
@NullMarked
package dev.portcullis.policy.explain;

import org.jspecify.annotations.NullMarked;
