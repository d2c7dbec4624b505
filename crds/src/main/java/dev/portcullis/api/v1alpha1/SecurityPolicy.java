// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.Map;

/**
 * A namespaced policy: which containers may execute, open and connect what.
 *
 * @param metadata its name
 * @param spec what it says
 */
public record SecurityPolicy(Metadata metadata, SecurityPolicySpec spec) implements Policy {
    /** The API group and version, as in {@code apiVersion}. */
    public static final String API_VERSION = Policy.API_VERSION;

    /** The resource's {@code kind}. */
    public static final String KIND = "SecurityPolicy";

    @Override
    public Tier tier() {
        return Tier.NAMESPACE;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean selectsNamespace(String name, Map<String, String> labels) {
        return metadata.namespace().equals(name);
    }

    @Override
    public SecurityPolicy withMode(Mode mode) {
        return new SecurityPolicy(metadata, spec.withMode(mode));
    }
}
