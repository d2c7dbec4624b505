// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.event.v1alpha1.Event;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How an agent is to be run.
 *
 * @param pinFolder the folder on a BPF file system that keeps enforcement alive without the agent;
 *     its parent must exist
 * @param coverage which tasks belong to a scope
 * @param events gets every event, on a thread of the agent's; it should return soon
 * @param onHeld is run, on that thread, when the kernel holds a task until its container is known;
 *     with {@link Coverage#PODS} only
 */
public record EnforcerOptions(
        Path pinFolder, Coverage coverage, Consumer<Event> events, Runnable onHeld) {
    /** Where pins go unless told otherwise. */
    public static final Path DEFAULT_PIN_FOLDER = Path.of("/sys/fs/bpf/portcullis");

    /** Without a cluster, nothing is ever held. */
    public EnforcerOptions(Path pinFolder, Coverage coverage, Consumer<Event> events) {
        this(pinFolder, coverage, events, () -> {});
    }
}
