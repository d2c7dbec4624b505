// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.schema;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.PortcullisNodeStatus;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SecurityPolicyStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;

/** The resources as the generator wants them: names, columns, and which record is which part. */
final class Resources {
    private static final String GROUP = "portcullis.dev";
    private static final String VERSION = "v1alpha1";
    private static final String ACCEPTED = ".status.conditions[?(@.type==\"Accepted\")].status";
    private static final String PROGRAMMED = ".status.conditions[?(@.type==\"Programmed\")].status";

    /** By kind. */
    static final Map<String, Class<? extends CustomResource<?, ?>>> CLASSES =
            Map.of(
                    "SecurityPolicy", SecurityPolicyResource.class,
                    "ClusterSecurityPolicy", ClusterSecurityPolicyResource.class,
                    "PortcullisNode", PortcullisNodeResource.class);

    private Resources() {}

    @JsonClassDescription(
            "What the containers of some pods of this namespace may execute, open and connect "
                    + "to; the kernel of their node refuses the rest. Policies of several kinds and "
                    + "names that select a container decide together, and the strictest wins.")
    @Group(GROUP)
    @Version(VERSION)
    @Kind("SecurityPolicy")
    @Plural("securitypolicies")
    @ShortNames("secpol")
    @AdditionalPrinterColumn(name = "Mode", jsonPath = ".status.mode")
    @AdditionalPrinterColumn(
            name = "Pods",
            jsonPath = ".status.pods.matched",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(
            name = "Blocked",
            jsonPath = ".status.blocked",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(
            name = "Would-Block",
            jsonPath = ".status.wouldBlock",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(name = "Accepted", jsonPath = ACCEPTED, priority = 1)
    @AdditionalPrinterColumn(name = "Ready", jsonPath = PROGRAMMED)
    @AdditionalPrinterColumn(
            name = "Age",
            jsonPath = ".metadata.creationTimestamp",
            type = AdditionalPrinterColumn.Type.DATE)
    static final class SecurityPolicyResource
            extends CustomResource<SecurityPolicySpec, SecurityPolicyStatus>
            implements Namespaced {}

    /** The spec of a ClusterSecurityPolicy. */
    record ClusterSpec(
            @JsonPropertyDescription(
                            "Namespaces by their labels. Left out or empty, it selects every"
                                    + " namespace.")
                    LabelSelector namespaceSelector,
            @JsonUnwrapped SecurityPolicySpec spec) {}

    @JsonClassDescription(
            "What containers of many namespaces may execute, open and connect to. It decides "
                    + "beside the SecurityPolicies of the namespaces, and the stricter decision wins.")
    @Group(GROUP)
    @Version(VERSION)
    @Kind("ClusterSecurityPolicy")
    @Plural("clustersecuritypolicies")
    @ShortNames("csecpol")
    @AdditionalPrinterColumn(name = "Mode", jsonPath = ".status.mode")
    @AdditionalPrinterColumn(
            name = "Pods",
            jsonPath = ".status.pods.matched",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(
            name = "Blocked",
            jsonPath = ".status.blocked",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(
            name = "Would-Block",
            jsonPath = ".status.wouldBlock",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(name = "Accepted", jsonPath = ACCEPTED, priority = 1)
    @AdditionalPrinterColumn(name = "Ready", jsonPath = PROGRAMMED)
    @AdditionalPrinterColumn(
            name = "Age",
            jsonPath = ".metadata.creationTimestamp",
            type = AdditionalPrinterColumn.Type.DATE)
    static final class ClusterSecurityPolicyResource
            extends CustomResource<ClusterSpec, SecurityPolicyStatus> {}

    @JsonClassDescription(
            "The state of one node's enforcer: how it refuses, and whether it is connected. "
                    + "Named after its node.")
    @Group(GROUP)
    @Version(VERSION)
    @Kind("PortcullisNode")
    @Plural("portcullisnodes")
    @ShortNames("pnode")
    @AdditionalPrinterColumn(name = "Backend", jsonPath = ".status.backend")
    @AdditionalPrinterColumn(name = "Kernel", jsonPath = ".status.kernel")
    @AdditionalPrinterColumn(
            name = "Scopes",
            jsonPath = ".status.scopes",
            type = AdditionalPrinterColumn.Type.INTEGER)
    @AdditionalPrinterColumn(
            name = "Connected",
            jsonPath = ".status.connected",
            type = AdditionalPrinterColumn.Type.BOOLEAN)
    @AdditionalPrinterColumn(name = "Degraded", jsonPath = ".status.degraded", priority = 1)
    @AdditionalPrinterColumn(
            name = "Age",
            jsonPath = ".metadata.creationTimestamp",
            type = AdditionalPrinterColumn.Type.DATE)
    static final class PortcullisNodeResource extends CustomResource<Void, PortcullisNodeStatus> {}
}
