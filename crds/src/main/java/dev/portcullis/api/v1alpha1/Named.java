// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/** A value of a closed set that has a spelling of its own in YAML. */
public sealed interface Named
        permits Access,
                Action,
                Capability,
                Direction,
                LabelSelector.Operator,
                Mode,
                Peer,
                Protocol,
                SystemOperation {
    /** The spelling in YAML, such as {@code Block}. */
    String text();
}
