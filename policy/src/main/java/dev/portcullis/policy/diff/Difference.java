// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.compile.Beside;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.ruleset.Lane;
import java.util.List;
import java.util.Map;

/**
 * Operations that the same rules judge in another way than before.
 *
 * @param verbs what is done
 * @param example the shortest that it is done to
 * @param doer who does it: the first who feels the difference
 * @param beside where the difference shows: beside which other policies
 * @param changes by lane; a lane that judges as before is not there
 */
public record Difference(
        List<Verb> verbs, Example example, Doer doer, Beside beside, Map<Lane, Change> changes) {
    public Difference {
        verbs = List.copyOf(verbs);
        changes = Map.copyOf(changes);
    }
}
