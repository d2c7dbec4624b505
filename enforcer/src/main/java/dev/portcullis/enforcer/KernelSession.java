// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.kernel.BpfObject;
import dev.portcullis.enforcer.kernel.Control;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.HeldTasks;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import dev.portcullis.enforcer.kernel.Pins;
import java.util.Map;

/**
 * The kernel programs from an agent's start to its end: new ones, or those that another agent left,
 * whose maps are then used and whose programs, if of another build, replaced.
 */
final class KernelSession implements AutoCloseable {
    private final Coverage coverage;
    private final Pins pins;
    private final BpfObject object;
    private final boolean takesOver;
    private final boolean attached;

    private KernelSession(
            Coverage coverage, Pins pins, BpfObject object, boolean takesOver, boolean attached) {
        this.coverage = coverage;
        this.pins = pins;
        this.object = object;
        this.takesOver = takesOver;
        this.attached = attached;
    }

    /**
     * Loads the programs, without attaching any.
     *
     * @throws dev.portcullis.enforcer.kernel.EnforcerException if the pins are in the way
     * @throws dev.portcullis.enforcer.ffi.BpfException if the kernel refuses
     */
    static KernelSession open(EnforcerOptions options) {
        Coverage coverage = options.coverage();
        Pins pins = new Pins(options.pinFolder());
        boolean takesOver = coverage == Coverage.PODS && pins.canBeTakenOver();
        if (!takesOver) {
            if (coverage == Coverage.PODS) {
                pins.remove(); // of an agent that died before anything worked
            }
            pins.create();
        }
        BpfObject object = null;
        try {
            object = KernelPrograms.open(coverage);
            boolean attached = takesOver && pins.hold(object.hooks());
            if (takesOver) {
                reuse(object, pins.openMaps());
            }
            if (attached) {
                object.skipHooks();
            }
            object.load();
            if (coverage != Coverage.BOUND) {
                findHost(object);
            }
            return new KernelSession(coverage, pins, object, takesOver, attached);
        } catch (RuntimeException | Error e) {
            if (object != null) {
                object.close();
            }
            if (!takesOver) {
                pins.remove();
            }
            throw e;
        }
    }

    /** Without the host's root directory no container could be told from the host. */
    private static void findHost(BpfObject object) {
        object.iterate("find_host");
        if (!new Control(object).knowsHostRoot()) {
            throw new EnforcerException(
                    "the root directory of the host was not found: no task is PID 1 of the"
                            + " initial PID namespace; run the agent there (hostPID)");
        }
    }

    private static void reuse(BpfObject object, Map<String, Integer> maps) {
        try {
            object.reuseMaps(maps);
        } finally {
            maps.values().forEach(LibC::close);
        }
    }

    Coverage coverage() {
        return coverage;
    }

    BpfObject object() {
        return object;
    }

    /** Whether the maps are those of an agent before this one. */
    boolean takesOver() {
        return takesOver;
    }

    /** From here on the kernel judges, whether this process lives or not. */
    void attach() {
        if (attached) {
            KernelPrograms.writePinInfo(object);
        } else if (takesOver) {
            KernelPrograms.replacePinned(object, pins);
        } else {
            KernelPrograms.attachAndPin(object, pins);
        }
        if (coverage == Coverage.PODS) {
            object.iterate("bind_running");
        }
    }

    /** Has the scopes that have tasks marked; returns the number of the count. */
    int countScopes() {
        int round = new Control(object).nextRound();
        object.iterate("mark_scopes");
        return round;
    }

    /** After a failed start: what another agent left stays as it was, all else goes. */
    void abandon() {
        try (object) {
            if (!takesOver) {
                pins.remove();
            }
        }
    }

    /** Lifts enforcement, or leaves it to the next agent. */
    void end() {
        if (coverage == Coverage.PODS) {
            new HeldTasks(object).releaseAll();
        } else {
            pins.remove();
            object.detach();
        }
    }

    @Override
    public void close() {
        object.close();
    }
}
