// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PolicyKey;
import java.util.Map;
import java.util.Set;

/** Where status is written: the API server, or a test. Every method throws if it cannot. */
public interface StatusSink {
    /**
     * Writes the whole status of a policy.
     *
     * @param uid the policy's, so that one which has taken its name is not written to
     */
    void writePolicy(PolicyKey policy, String uid, Map<String, Object> status);

    /** Writes the whole status of a PortcullisNode, and makes it if it is not there. */
    void writeNode(NodeView node, Map<String, Object> status);

    /** Names of the PortcullisNodes that there are. */
    Set<String> nodes();
}
