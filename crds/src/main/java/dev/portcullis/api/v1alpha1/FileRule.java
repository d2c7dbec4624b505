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
 * @param except globs of paths that it does not hold for
 * @param access what is governed; never empty
 * @param from globs of the subjects that it holds for; empty is every subject
 * @param exceptFrom globs of subjects that it does not hold for
 * @param unlessOwner whether it does not hold for files that belong to the task
 */
@JsonClassDescription(
        "Which files may be opened, and for what. A rule governs the access that it names to the"
                + " files that its paths name. Of the rules that match, the strictest counts: Kill,"
                + " then Block, then Allow, then the default; Audit only adds a report. Examples:"
                + " {action: Block, paths: [/etc/shadow], exceptFrom: [/usr/bin/passwd]} and, for a"
                + " read-only folder, {action: Block, paths: [\"/etc/**\"], except:"
                + " [/etc/resolv.conf], access: [Write]}")
public record FileRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required @JsonPropertyDescription(Syntax.PATHS) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> paths,
        @JsonPropertyDescription(Syntax.EXCEPT) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> except,
        @JsonPropertyDescription(
                        "What is governed: Read, Write, or both if left out. Executing counts as"
                                + " Read. Opening for both gets the stricter of both answers.")
                @Size(min = 1, max = Syntax.MAX_NAMES)
                Set<Access> access,
        @JsonPropertyDescription(Syntax.FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> from,
        @JsonPropertyDescription(Syntax.EXCEPT_FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> exceptFrom,
        @JsonPropertyDescription(Syntax.UNLESS_OWNER) boolean unlessOwner)
        implements Rule {
    /** Every access: what a rule governs that names none. */
    public static final Set<Access> EVERY_ACCESS = Set.of(Access.READ, Access.WRITE);

    public FileRule {
        paths = List.copyOf(paths);
        except = List.copyOf(except);
        from = List.copyOf(from);
        exceptFrom = List.copyOf(exceptFrom);
        access = Set.copyOf(access);
    }
}
