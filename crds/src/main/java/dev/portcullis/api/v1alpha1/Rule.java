// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;

/** One rule of a {@link Section}. */
public sealed interface Rule
        permits ProcessRule, FileRule, NetworkRule, CapabilityRule, SystemRule {
    /** What becomes of the operations that the rule names. */
    Action action();

    /** Globs of the subjects that the rule holds for; empty is every subject. */
    List<String> from();

    /** Globs of subjects that the rule does not hold for. */
    List<String> exceptFrom();

    /** Whether the rule does not hold for files that belong to the task. */
    default boolean unlessOwner() {
        return false;
    }
}
