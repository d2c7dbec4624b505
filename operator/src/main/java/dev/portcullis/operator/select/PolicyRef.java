// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.PolicyKey;
import java.util.Comparator;

/**
 * One generation of one policy in one mode: all that decides what it means.
 *
 * @param key which policy
 * @param uid its {@code metadata.uid}, since a name can be used again
 * @param generation of the policy
 * @param mode the mode in effect
 */
public record PolicyRef(PolicyKey key, String uid, long generation, Mode mode)
        implements Comparable<PolicyRef> {
    private static final Comparator<PolicyRef> ORDER =
            Comparator.comparing(PolicyRef::key)
                    .thenComparing(PolicyRef::uid)
                    .thenComparingLong(PolicyRef::generation)
                    .thenComparing(PolicyRef::mode);

    @Override
    public int compareTo(PolicyRef other) {
        return ORDER.compare(this, other);
    }
}
