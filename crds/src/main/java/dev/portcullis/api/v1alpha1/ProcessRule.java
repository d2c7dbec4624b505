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
 */
@JsonClassDescription(
        "What may be executed. A rule governs executing the files that its paths name, as a program"
                + " or as a script. Of the rules that match, the strictest counts: Kill, then Block,"
                + " then Allow, then the default; Audit only adds a report. Example: {action: Block,"
                + " paths: [\"/usr/bin/{curl,wget}\", \"/tmp/**\", \"memfd:*\"]}")
public record ProcessRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required @JsonPropertyDescription(Syntax.PATHS) @Size(min = 1)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> paths)
        implements Rule {
    public ProcessRule {
        paths = List.copyOf(paths);
    }
}
