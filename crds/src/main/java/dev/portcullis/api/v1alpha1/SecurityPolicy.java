// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/**
 * A namespaced policy: which containers may execute, open and connect what.
 *
 * @param metadata its name
 * @param spec what it says
 */
public record SecurityPolicy(Metadata metadata, SecurityPolicySpec spec) {
    /** The API group and version, as in {@code apiVersion}. */
    public static final String API_VERSION = "portcullis.dev/v1alpha1";

    /** The resource's {@code kind}. */
    public static final String KIND = "SecurityPolicy";
}
