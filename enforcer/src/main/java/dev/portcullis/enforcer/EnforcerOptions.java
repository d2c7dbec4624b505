// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.event.v1alpha1.Event;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How an agent is to be run.
 *
 * @param pinFolder the folder on a BPF file system that keeps enforcement alive without the agent;
 *     its parent must exist
 * @param containerScope whether every container that no {@link Enforcer#bind} names belongs to the
 *     scope {@link Enforcer#containers()}: every task whose mount and PID namespaces are both other
 *     than the host's
 * @param events gets every event, on a thread of the agent's; it should return soon
 */
public record EnforcerOptions(Path pinFolder, boolean containerScope, Consumer<Event> events) {
    /** Where pins go unless told otherwise. */
    public static final Path DEFAULT_PIN_FOLDER = Path.of("/sys/fs/bpf/portcullis");
}
