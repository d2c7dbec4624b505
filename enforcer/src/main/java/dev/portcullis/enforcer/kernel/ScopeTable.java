// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.ReservedScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The scopes in the kernel, an array that is mapped into this process: giving a scope another rule
 * set is one store. Not safe for use by several threads.
 */
public final class ScopeTable {
    /** {@code SCOPE_INDEX_BITS} of the header. */
    static final int INDEX_BITS = 12;

    /** {@code max_entries} of the map {@code scopes}. */
    public static final int SIZE = 1 << INDEX_BITS;

    /** As many as can be at once: the others have meanings of their own. */
    public static final int AVAILABLE = SIZE - ReservedScope.count();

    private static final VarHandle RULE_SET = JAVA_INT.varHandle();
    private static final long ELEMENT = Layouts.SCOPE.byteSize();

    /**
     * A scope that another agent left.
     *
     * @param ruleSet index of its rule set
     * @param pod 32 digits
     * @param container 64 digits, or empty where it is for all of the pod's that have no name
     */
    public record Saved(int number, int ruleSet, String pod, String container) {}

    private final MemorySegment scopes;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /**
     * @param arena owns the mapping
     */
    public ScopeTable(Arena arena, BpfMap scopes) {
        this(
                LibC.map(
                        arena,
                        scopes.fd(),
                        0,
                        SIZE * ELEMENT,
                        LibC.PROT_READ | LibC.PROT_WRITE,
                        "the scopes"));
    }

    /**
     * @param scopes the array
     */
    ScopeTable(MemorySegment scopes) {
        this.scopes = scopes;
        for (int index = ReservedScope.count(); index < SIZE; index++) {
            free.add(index);
        }
    }

    /** Takes over what another agent left in the kernel. */
    public List<Saved> recover() {
        List<Saved> found = new ArrayList<>();
        for (int index = ReservedScope.count(); index < SIZE; index++) {
            MemorySegment element = element(index);
            String pod = HeldTasks.text(element, Layouts.SCOPE, "pod", Layouts.POD_UID);
            if (!pod.isEmpty()) {
                free.remove(index);
                found.add(
                        new Saved(
                                element.get(JAVA_INT, offset("number")),
                                element.get(JAVA_INT, offset("rule_set")),
                                pod,
                                HeldTasks.text(
                                        element,
                                        Layouts.SCOPE,
                                        "container",
                                        Layouts.CONTAINER_ID)));
            }
        }
        return found;
    }

    /**
     * Makes a scope.
     *
     * @param ruleSet index of its rule set
     * @param pod 32 digits, or empty
     * @param container 64 digits, or empty
     * @return its number
     * @throws EnforcerException if there is no room; nothing has changed then
     */
    public int add(int ruleSet, String pod, String container) {
        Integer index = free.poll();
        if (index == null) {
            throw new EnforcerException(
                    "no room for another scope: there are "
                            + AVAILABLE
                            + ", as many as the kernel programs can tell apart; nothing was changed");
        }
        MemorySegment element = element(index);
        // Other than every number that this index ever had, so that a task that still carries one
        // is not taken for one of the new container.
        int number = element.get(JAVA_INT, offset("number")) + SIZE;
        number = number & -SIZE | index;
        element.fill((byte) 0);
        put(element, "pod", pod);
        put(element, "container", container);
        setRuleSet(index, ruleSet);
        VarHandle.releaseFence();
        element.set(JAVA_INT, offset("number"), number);
        return number;
    }

    /** Gives a scope another rule set, in one store. */
    public void setRuleSet(int number, int ruleSet) {
        RULE_SET.setRelease(element(number), offset("rule_set"), ruleSet);
    }

    /** Makes one of the reserved scopes. */
    public void setReserved(ReservedScope scope, int ruleSet) {
        setRuleSet(scope.number(), ruleSet);
        element(scope.number()).set(JAVA_INT, offset("number"), scope.number());
    }

    /** Whether a count of that number found a task in a scope. */
    public boolean hadTasks(int number, int round) {
        return element(number).get(JAVA_INT, offset("seen")) == round;
    }

    /** Frees a scope that no task is in. Its rule set is no longer referred to. */
    public void remove(int number) {
        MemorySegment element = element(number);
        setRuleSet(number, RuleSetTable.EMPTY);
        put(element, "pod", "");
        put(element, "container", "");
        free.add(number & (SIZE - 1));
    }

    private MemorySegment element(int number) {
        return scopes.asSlice((number & (SIZE - 1)) * ELEMENT, ELEMENT);
    }

    private static long offset(String member) {
        return Layouts.offset(Layouts.SCOPE, member);
    }

    private static void put(MemorySegment element, String member, String text) {
        int length = member.equals("pod") ? Layouts.POD_UID : Layouts.CONTAINER_ID;
        byte[] bytes = new byte[length];
        byte[] digits = text.getBytes(StandardCharsets.US_ASCII);
        if (digits.length != length && digits.length != 0) {
            throw new IllegalArgumentException(member + " " + text);
        }
        System.arraycopy(digits, 0, bytes, 0, digits.length);
        MemorySegment.copy(bytes, 0, element, JAVA_BYTE, offset(member), length);
    }
}
