// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import java.util.List;

/**
 * How an operator is set up.
 *
 * @param namespace its own
 * @param port of gRPC; 0 for any
 * @param healthPort of health, in clear; 0 for any
 * @param enforcerAccount name of the enforcers' service account, in the operator's namespace
 * @param serviceName name of the Service in front of the operator
 */
record OperatorOptions(
        String namespace, int port, int healthPort, String enforcerAccount, String serviceName) {

    /** The user as which enforcers authenticate. */
    String enforcerUsername() {
        return "system:serviceaccount:" + namespace + ":" + enforcerAccount;
    }

    /** The names under which nodes may call the operator. */
    List<String> serverNames() {
        return List.of(
                serviceName,
                serviceName + "." + namespace,
                serviceName + "." + namespace + ".svc",
                serviceName + "." + namespace + ".svc.cluster.local",
                "localhost");
    }
}
