// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Set;

/**
 * A rule about access to files.
 *
 * @param action what becomes of the access
 * @param paths globs; at least one, any of which may match
 * @param access what is governed; never empty
 */
@JsonClassDescription(
        "Which files may be opened, and for what. A rule governs the access that it names to the"
                + " files that its paths name. Of the rules that match, the strictest counts: Kill,"
                + " then Block, then Allow, then the default; Audit only adds a report. Examples:"
                + " {action: Block, paths: [/etc/shadow]} and, for a read-only folder, {action:"
                + " Block, paths: [\"/etc/**\"], access: [Write]}")
public record FileRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required @JsonPropertyDescription(Syntax.PATHS) @Size(min = 1)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> paths,
        @JsonPropertyDescription(
                        "What is governed: Read, Write, or both if left out. Executing counts as"
                                + " Read. Opening for both gets the stricter of both answers.")
                @Size(min = 1)
                Set<Access> access)
        implements Rule {
    /** Every access: what a rule governs that names none. */
    public static final Set<Access> EVERY_ACCESS = Set.of(Access.READ, Access.WRITE);

    public FileRule {
        paths = List.copyOf(paths);
        access = Set.copyOf(access);
    }
}
