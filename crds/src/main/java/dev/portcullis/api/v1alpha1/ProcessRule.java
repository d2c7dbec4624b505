// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A rule about executing files.
 *
 * @param action what becomes of the execution
 * @param paths globs; at least one, any of which may match
 * @param except globs of paths that it does not hold for
 * @param from globs of the subjects that it holds for; empty is every subject
 * @param exceptFrom globs of subjects that it does not hold for
 * @param unlessOwner whether it does not hold for files that belong to the task
 */
@JsonClassDescription(
        "What may be executed. A rule governs executing the files that its paths name, as a program"
                + " or as a script. Of the rules that match, the strictest counts: Kill, then Block,"
                + " then Allow, then the default; Audit only adds a report. Example: {action: Block,"
                + " paths: [\"/usr/bin/{curl,wget}\", \"/tmp/**\", \"memfd:*\"], exceptFrom:"
                + " [/usr/bin/apt]}")
public record ProcessRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required @JsonPropertyDescription(Syntax.PATHS) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> paths,
        @JsonPropertyDescription(Syntax.EXCEPT) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> except,
        @JsonPropertyDescription(Syntax.FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> from,
        @JsonPropertyDescription(Syntax.EXCEPT_FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> exceptFrom,
        @JsonPropertyDescription(Syntax.UNLESS_OWNER) boolean unlessOwner)
        implements Rule {
    public ProcessRule {
        paths = List.copyOf(paths);
        except = List.copyOf(except);
        from = List.copyOf(from);
        exceptFrom = List.copyOf(exceptFrom);
    }
}
