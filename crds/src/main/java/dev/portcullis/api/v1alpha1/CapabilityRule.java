// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A rule about using capabilities.
 *
 * @param action what becomes of the use
 * @param names at least one, any of which is governed
 * @param from globs of the subjects that it holds for; empty is every subject
 * @param exceptFrom globs of subjects that it does not hold for
 */
@JsonClassDescription(
        "Which capabilities may be used, by tasks that have them; a rule gives nobody a capability."
                + " Of the rules that match, the strictest counts: Kill, then Block, then Allow,"
                + " then the default; Audit only adds a report. Example: {action: Block, names:"
                + " [NET_RAW, SYS_MODULE]}")
public record CapabilityRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required
                @JsonPropertyDescription(
                        "Capabilities without the CAP_ before their names: NET_RAW, SYS_ADMIN.")
                @Size(min = 1, max = Syntax.MAX_NAMES)
                List<Capability> names,
        @JsonPropertyDescription(Syntax.FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> from,
        @JsonPropertyDescription(Syntax.EXCEPT_FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> exceptFrom)
        implements Rule {
    public CapabilityRule {
        names = List.copyOf(names);
        from = List.copyOf(from);
        exceptFrom = List.copyOf(exceptFrom);
    }
}
