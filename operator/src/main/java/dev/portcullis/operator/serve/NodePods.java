// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.operator.view.PodView;
import java.util.Optional;

/** Finds the pods of the enforcer, in the operator's own namespace. */
public interface NodePods {
    /**
     * Finds a pod, if need be by asking the API server.
     *
     * @param name in the operator's namespace
     * @throws TokenReviews.UnavailableException if the API server does not answer
     */
    Optional<PodView> find(String name) throws TokenReviews.UnavailableException;
}
