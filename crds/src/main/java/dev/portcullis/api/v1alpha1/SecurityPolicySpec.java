// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Policy} says.
 *
 * @param podSelector pods of the policy's namespace, or of the namespaces that it selects
 * @param containers names of containers in those pods; empty is all of them
 * @param mode whether to refuse
 * @param severity 1 to 10, or 0 where the policy names none
 * @param message travels into every event; may be empty
 * @param labels travel into every event
 * @param process about executing files
 * @param file about access to files
 * @param network about sockets
 * @param capabilities about using capabilities
 * @param system about what is done to the kernel and to other tasks
 */
public record SecurityPolicySpec(
        @JsonPropertyDescription(
                        "Pods by their labels. Left out or empty, it selects every pod of the"
                                + " namespace.")
                LabelSelector podSelector,
        @JsonPropertyDescription(
                        "Names of containers in those pods, init and ephemeral containers included."
                                + " Left out, all of them.")
                @Size(min = 1)
                List<@Pattern(Syntax.DNS_LABEL) @Size(max = Syntax.MAX_LABEL) String> containers,
        @Default("Enforce")
                @JsonPropertyDescription(
                        "Enforce refuses; Audit is a dry run that reports what Enforce would refuse.")
                Mode mode,
        @Min(1) @Max(10) @JsonPropertyDescription("1 to 10; travels into every event.")
                int severity,
        @Size(max = 1024)
                @JsonPropertyDescription(
                        "For whoever reads an event; travels into every event of this policy.")
                String message,
        @JsonPropertyDescription(
                        "Travel into every event, such as mitre: T1552. They select nothing.")
                Map<String, @Pattern(Syntax.LABEL_VALUE) @Size(max = Syntax.MAX_LABEL) String>
                        labels,
        @JsonPropertyDescription("About executing files.") Section<ProcessRule> process,
        @JsonPropertyDescription("About access to files.") Section<FileRule> file,
        @JsonPropertyDescription(
                        "About sockets. The default speaks of Egress, and of Listen, Raw, Packet,"
                                + " Unix and Netlink where a rule of this section names them.")
                Section<NetworkRule> network,
        @JsonPropertyDescription("About using capabilities.") Section<CapabilityRule> capabilities,
        @JsonPropertyDescription("About what is done to the kernel and to other tasks.")
                Section<SystemRule> system) {
    public SecurityPolicySpec {
        containers = List.copyOf(containers);
        labels = Map.copyOf(labels);
    }

    /** The same in another mode. */
    public SecurityPolicySpec withMode(Mode other) {
        return new SecurityPolicySpec(
                podSelector,
                containers,
                other,
                severity,
                message,
                labels,
                process,
                file,
                network,
                capabilities,
                system);
    }
}
