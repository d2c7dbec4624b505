// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.cases;

import java.util.List;

/**
 * A file of cases.
 *
 * @param policies the files or folders of policies that the cases are about, as written: relative
 *     to the file of cases
 * @param groups at least one
 */
public record CaseFile(List<Place> policies, List<Group> groups) {
    public CaseFile {
        policies = List.copyOf(policies);
        groups = List.copyOf(groups);
    }

    /**
     * Where policies are.
     *
     * @param path a file or folder
     * @param line the line that names it, from 1
     */
    public record Place(String path, int line) {}

    /**
     * Cases of one pod.
     *
     * @param name for people; may be empty
     * @param pod what policies select
     * @param cases at least one
     */
    public record Group(String name, Pod pod, List<Case> cases) {
        public Group {
            cases = List.copyOf(cases);
        }
    }
}
