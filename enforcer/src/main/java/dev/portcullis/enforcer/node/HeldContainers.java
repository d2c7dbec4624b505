// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.HeldTasks;
import dev.portcullis.enforcer.kernel.HeldTasks.Held;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds out what the containers are whose first execve the kernel holds, and lets them go.
 *
 * <p>It takes two answers: the container's name, from its runtime's description on this machine,
 * and what its pod is to be judged by, from the operator. The first is there as a rule; the second
 * can be late, as the kubelet hears of a pod at the same time as the operator.
 */
final class HeldContainers {
    private static final System.Logger LOG = System.getLogger(HeldContainers.class.getName());

    /** How long a runtime's description may take to appear. */
    private static final long DESCRIPTION_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    /** How long the operator may take to tell of a pod. */
    private static final long TOLD_NANOSECONDS = TimeUnit.SECONDS.toNanos(30);

    private final NodeOptions options;
    private final Bundles bundles;
    private final PodTable pods;
    private final HeldTasks tasks;
    private final Map<String, String> degraded;
    private final long started = LibC.bootTime();
    private boolean connected;
    private final Set<String> untold = new HashSet<>();
    private int unnamed;

    /**
     * @param degraded sentences by topic, for what is not as it should be
     */
    HeldContainers(
            NodeOptions options,
            Bundles bundles,
            PodTable pods,
            HeldTasks tasks,
            Map<String, String> degraded) {
        this.options = options;
        this.bundles = bundles;
        this.pods = pods;
        this.tasks = tasks;
        this.degraded = degraded;
    }

    /** Whether the operator can be expected to tell of a pod. */
    void connected(boolean now) {
        connected = now;
    }

    /** Lets go whatever can be. */
    void look() {
        degraded.remove("held");
        for (Held task : tasks.list()) {
            try {
                if (pods.knows(task.container()) || resolve(task)) {
                    tasks.release(task);
                }
            } catch (EnforcerException | BpfException e) {
                degraded.put(
                        "held",
                        "a container waits as it could not be told apart: " + e.getMessage());
                LOG.log(Level.ERROR, "container " + task.container() + " waits", e);
            }
        }
    }

    private boolean resolve(Held task) {
        long waited = LibC.bootTime() - task.since();
        Optional<ContainerInfo> found =
                task.container().isEmpty() ? Optional.empty() : bundles.find(task.container());
        if (found.isEmpty()) {
            if (waited < DESCRIPTION_NANOSECONDS) {
                return false;
            }
            return addUnnamed(task);
        }
        ContainerInfo info = found.get();
        if (!info.sandbox() && pods.told(info.podUid()).isEmpty() && shallWait(info, waited)) {
            return false;
        }
        pods.add(info);
        return true;
    }

    /** Whether the operator may still tell of a container's pod. */
    private boolean shallWait(ContainerInfo info, long waited) {
        if (info.staticPod() || info.namespace().equals(options.ownNamespace())) {
            return false; // without these no operator might ever tell anything
        }
        boolean expected = connected || LibC.bootTime() - started < TOLD_NANOSECONDS;
        if (options.holdUnknownPods() && expected && waited < TOLD_NANOSECONDS) {
            return true;
        }
        untold.add(info.id());
        tellOfUntold();
        return false;
    }

    private void tellOfUntold() {
        if (untold.isEmpty()) {
            degraded.remove("untold");
        } else {
            degraded.put(
                    "untold",
                    untold.size()
                            + " running containers started under no policy, as the operator had not"
                            + " told of their pods in time; once it has they are judged");
        }
    }

    /** Forgets what was noted of containers that are gone: their first steps matter no more. */
    void sweep(Set<String> running) {
        if (untold.retainAll(running)) {
            tellOfUntold();
        }
    }

    private boolean addUnnamed(Held task) {
        if (task.container().isEmpty()) {
            throw new EnforcerException(
                    "a process of pod "
                            + task.pod()
                            + " is in none of its containers' cgroups; it stays held");
        }
        unnamed++;
        degraded.put(
                "unnamed",
                unnamed
                        + " containers are judged by the strictest rules of their pod, as "
                        + bundles.folder()
                        + " does not describe them; see --bundles");
        pods.add(new ContainerInfo(task.container(), task.pod(), false, "", "", "", false));
        return true;
    }
}
