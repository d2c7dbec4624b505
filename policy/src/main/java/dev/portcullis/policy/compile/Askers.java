// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import java.util.ArrayList;
import java.util.List;

/**
 * All who can ask: for each set of conditions that subjects can meet, and last for subjects that
 * are not known, a stranger and an owner.
 *
 * @param all of these, two for each subject
 */
record Askers(List<Applicant> all) {
    static Askers of(List<List<Integer>> met) {
        List<Applicant> all = new ArrayList<>();
        for (List<Integer> conditions : met) {
            all.add(new Applicant(true, conditions, false));
            all.add(new Applicant(true, conditions, true));
        }
        all.add(Applicant.unknown(false));
        all.add(Applicant.unknown(true));
        return new Askers(List.copyOf(all));
    }

    /** How many sets of conditions there are, with that of the unknown. */
    int subjects() {
        return all.size() / 2;
    }

    /** The index in {@link #all} of a subject as a stranger or an owner. */
    static int index(int subject, boolean owner) {
        return 2 * subject + (owner ? 1 : 0);
    }
}
