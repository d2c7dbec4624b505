// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import java.util.List;

/**
 * Who does an operation, as far as rules tell.
 *
 * @param known whether the path of its subject is known
 * @param conditions ascending numbers of the {@link Subjects} conditions that the subject meets;
 *     empty where it is not known
 * @param owner whether the file belongs to the task
 */
public record Applicant(boolean known, List<Integer> conditions, boolean owner) {
    /** A subject that no rule names, and no owner. */
    public static final Applicant ANYBODY = new Applicant(true, List.of(), false);

    public Applicant {
        conditions = List.copyOf(conditions);
    }

    /** One whose subject is not known. */
    static Applicant unknown(boolean owner) {
        return new Applicant(false, List.of(), owner);
    }
}
