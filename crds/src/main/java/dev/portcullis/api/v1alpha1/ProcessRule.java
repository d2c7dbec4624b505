// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;

/**
 * A rule about executing files.
 *
 * @param action what becomes of the execution
 * @param paths globs; at least one, any of which may match
 */
public record ProcessRule(Action action, List<String> paths) implements Rule {
    public ProcessRule {
        paths = List.copyOf(paths);
    }
}
