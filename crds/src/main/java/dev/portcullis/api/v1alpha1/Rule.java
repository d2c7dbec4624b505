// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/** One rule of a {@link Section}. */
public sealed interface Rule permits ProcessRule, FileRule, NetworkRule {
    /** What becomes of the operations that the rule names. */
    Action action();
}
