// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.layout.Layouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What the kernel programs know of pods and their containers. */
public final class PodMaps {
    /** No cgroup has this id: it only says that the pod has had a sandbox. */
    private static final long SOME_CGROUP = 0;

    private final BpfMap pods;
    private final BpfMap containers;
    private final BpfMap sandboxes;
    private final BpfMap bindings;

    public PodMaps(BpfObject object) {
        pods = object.map("pods");
        containers = object.map("containers");
        sandboxes = object.map("sandboxes");
        bindings = object.map("scope_by_namespaces");
    }

    /**
     * Tells of a pod.
     *
     * @param uid 32 digits
     * @param scope number of the scope of its containers that no one can name
     * @throws dev.portcullis.enforcer.ffi.BpfException if there is no room
     */
    public void putPod(String uid, int scope) {
        try (Arena arena = Arena.ofConfined()) {
            pods.put(digits(arena, uid), arena.allocateFrom(JAVA_INT, scope));
        }
    }

    /** Forgets a pod that is gone. */
    public void removePod(String uid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = digits(arena, uid);
            pods.remove(key);
            sandboxes.remove(key);
        }
    }

    /** Every pod told of. */
    public Set<String> pods() {
        return keys(pods, Layouts.POD_UID);
    }

    /**
     * Tells of a container.
     *
     * @param id 64 digits
     * @param scope number of its scope
     * @throws dev.portcullis.enforcer.ffi.BpfException if there is no room
     */
    public void putContainer(String id, int scope) {
        try (Arena arena = Arena.ofConfined()) {
            containers.put(digits(arena, id), arena.allocateFrom(JAVA_INT, scope));
        }
    }

    /** Forgets a container that is gone. */
    public void removeContainer(String id) {
        try (Arena arena = Arena.ofConfined()) {
            containers.remove(digits(arena, id));
        }
    }

    /** Every container told of. */
    public Set<String> containers() {
        return keys(containers, Layouts.CONTAINER_ID);
    }

    /** Tells that a pod has a sandbox already, so that its next new container is none. */
    public void hasSandbox(String uid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = digits(arena, uid);
            if (!sandboxes.get(key, arena.allocate(JAVA_LONG))) {
                sandboxes.put(key, arena.allocateFrom(JAVA_LONG, SOME_CGROUP));
            }
        }
    }

    /** Forgets by which namespaces the tasks of these scopes were known. */
    public void unbind(Set<Integer> scopes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.BINDING);
            for (MemorySegment key : bindings.keys(arena, Layouts.NAMESPACES.byteSize())) {
                if (bindings.get(key, value) && scopes.contains(value.get(JAVA_INT, 0))) {
                    bindings.remove(key);
                }
            }
        }
    }

    private static Set<String> keys(BpfMap map, int length) {
        Set<String> found = new HashSet<>();
        try (Arena arena = Arena.ofConfined()) {
            for (MemorySegment key : map.keys(arena, length)) {
                found.add(new String(key.toArray(JAVA_BYTE), StandardCharsets.US_ASCII));
            }
        }
        return found;
    }

    private static MemorySegment digits(Arena arena, String text) {
        return arena.allocateFrom(JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
    }
}
