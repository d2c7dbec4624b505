// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.event.v1alpha1.Event;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How a node's agent is to be run.
 *
 * @param pinFolder see {@link dev.portcullis.enforcer.EnforcerOptions}
 * @param state folder on the node's disk for what the agent knows
 * @param bundles folder of the container runtime's bundles, one a container
 * @param ownNamespace where the agent's own pod is; nothing is held there
 * @param holdUnknownPods whether containers of pods that the operator has not told of wait, while
 *     it can be expected to tell; otherwise they start under no policy
 * @param events gets every event
 */
public record NodeOptions(
        Path pinFolder,
        Path state,
        Path bundles,
        String ownNamespace,
        boolean holdUnknownPods,
        Consumer<Event> events) {}
