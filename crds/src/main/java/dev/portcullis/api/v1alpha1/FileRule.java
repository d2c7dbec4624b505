// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;
import java.util.Set;

/**
 * A rule about access to files.
 *
 * @param action what becomes of the access
 * @param paths globs; at least one, any of which may match
 * @param access what is governed; never empty
 */
public record FileRule(Action action, List<String> paths, Set<Access> access) implements Rule {
    /** Every access: what a rule governs that names none. */
    public static final Set<Access> EVERY_ACCESS = Set.of(Access.READ, Access.WRITE);

    public FileRule {
        paths = List.copyOf(paths);
        access = Set.copyOf(access);
    }
}
