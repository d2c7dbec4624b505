// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * A rule about operations on the system.
 *
 * @param action what becomes of the operation
 * @param operations at least one, any of which is governed
 * @param from globs of the subjects that it holds for; empty is every subject
 * @param exceptFrom globs of subjects that it does not hold for
 */
@JsonClassDescription(
        "What may be done to the kernel and to other tasks. Of the rules that match, the strictest"
                + " counts: Kill, then Block, then Allow, then the default; Audit only adds a"
                + " report. Example: {action: Block, operations: [Mount, Ptrace, UserNamespace, Bpf,"
                + " ModuleLoad]}")
public record SystemRule(
        @Required @JsonPropertyDescription(Syntax.ACTION) Action action,
        @Required
                @JsonPropertyDescription(
                        "Mount: every change of what is mounted where. Ptrace: attaching to another"
                                + " process, or its memory. UserNamespace: making one. Bpf: the"
                                + " system call bpf(). ModuleLoad: a kernel module. Kexec: another"
                                + " kernel.")
                @Size(min = 1, max = Syntax.MAX_NAMES)
                List<SystemOperation> operations,
        @JsonPropertyDescription(Syntax.FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> from,
        @JsonPropertyDescription(Syntax.EXCEPT_FROM) @Size(min = 1, max = Syntax.MAX_ITEMS)
                List<@Pattern(Syntax.PATH) @Size(max = Syntax.MAX_PATH) String> exceptFrom)
        implements Rule {
    public SystemRule {
        operations = List.copyOf(operations);
        from = List.copyOf(from);
        exceptFrom = List.copyOf(exceptFrom);
    }
}
