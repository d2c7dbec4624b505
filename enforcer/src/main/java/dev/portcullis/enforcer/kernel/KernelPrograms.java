// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.portcullis.enforcer.layout.LayoutCheck;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.enforcer.layout.ReservedScope;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** How this agent's own BPF object is prepared, attached and pinned. */
public final class KernelPrograms {
    private static final String OBJECT = "/dev/portcullis/bpf/portcullis.bpf.o";

    /** Scratch areas a CPU: {@code SCRATCH_PER_CPU} of {@code scratch.h}. */
    static final int SCRATCH_PER_CPU = 4;

    /** As many as one program tries: {@code SCRATCH_TRIES} of {@code scratch.h}. */
    static final int MIN_SCRATCH = 16;

    /** The map that gives each scope its rule set. */
    static final String SCOPES = "scopes";

    /** Bytes of a {@code struct scope} at most, in this and every other version of it. */
    static final int SCOPE_LIMIT = 256;

    /** The map of tasks that wait for an agent. */
    static final String HELD = "held";

    /** The map with what the agent tells the programs. */
    static final String CONTROL = "control";

    /** Maps that outlive the agent by name, for the next one: all that hold a state. */
    static final List<String> PINNED =
            List.of(
                    "automaton",
                    "scope_by_namespaces",
                    SCOPES,
                    "pods",
                    "containers",
                    "sandboxes",
                    HELD,
                    CONTROL,
                    "rule_sets",
                    "counters",
                    "statistics",
                    "tasks",
                    "aside",
                    "aside_count",
                    "subjects",
                    "events",
                    "scratch_areas",
                    "pin_info");

    private KernelPrograms() {}

    /** The object's bytes, as built into this agent. */
    public static byte[] image() {
        try (InputStream in = KernelPrograms.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new EnforcerException(
                        "this build of the agent lacks the kernel programs ("
                                + OBJECT
                                + "); build it with `make build`");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new EnforcerException("cannot read the kernel programs: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the object, checks that agent and object mean the same by every shared struct, and
     * sizes its maps.
     *
     * @param coverage which tasks the programs look for a scope for
     */
    public static BpfObject open(Coverage coverage) {
        return open(image(), Layouts.ALL, coverage);
    }

    static BpfObject open(byte[] image, List<StructLayout> layouts, Coverage coverage) {
        BpfObject object = BpfObject.open(image);
        try {
            List<String> differences = LayoutCheck.differences(object.btf(), layouts);
            if (!differences.isEmpty()) {
                throw new EnforcerException(
                        "the agent and its kernel programs were not built together: "
                                + String.join("; ", differences)
                                + "; build both with `make clean build`");
            }
            object.leaveOut(KernelSupport.absentHooks());
            int areas =
                    Math.max(
                            MIN_SCRATCH,
                            Integer.highestOneBit(2 * SCRATCH_PER_CPU * possibleCpus() - 1));
            object.setMaxEntries("scratch_areas", areas);
            object.setConstant("scratch_mask", areas - 1);
            object.setValueSize("automaton", 4 * RuleSetTable.CELLS);
            object.setConstant("automaton_mask", RuleSetTable.CELLS - 1);
            object.setConstant("host_mount_namespace", hostNamespace("mnt"));
            object.setConstant("host_pid_namespace", hostNamespace("pid"));
            object.setConstant(
                    "default_scope",
                    (coverage == Coverage.CONTAINERS
                                    ? ReservedScope.CONTAINERS
                                    : ReservedScope.HOST)
                            .number());
            object.setConstant("by_pods", coverage == Coverage.PODS ? 1 : 0);
            return object;
        } catch (RuntimeException | Error e) {
            object.close();
            throw e;
        }
    }

    /**
     * Attaches and pins the programs of a loaded object; from here on it works without this
     * process.
     */
    public static void attachAndPin(BpfObject object, Pins pins) {
        writePinInfo(object);
        for (String map : PINNED) {
            object.pinMap(map, pins.map(map));
        }
        object.attach();
        for (String program : object.hooks()) {
            object.pinLink(program, pins.program(program));
        }
    }

    /**
     * Attaches the programs of an object that was loaded with another agent's maps, and puts them
     * in the place of that agent's. For a moment both judge, by the same rules: what happens then
     * is refused all the same, but counted and reported twice.
     */
    public static void replacePinned(BpfObject object, Pins pins) {
        object.attach();
        for (String program : object.hooks()) {
            pins.replace(program, path -> object.pinLink(program, path));
        }
        writePinInfo(object);
    }

    /** Which object this is: SHA-256 of its bytes, hexadecimal. */
    static String build() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Says whose the pins are. */
    public static void writePinInfo(BpfObject object) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(Layouts.PIN_INFO);
            info.set(JAVA_INT, Layouts.offset(Layouts.PIN_INFO, "abi"), Layouts.ABI_VERSION);
            info.set(
                    JAVA_INT,
                    Layouts.offset(Layouts.PIN_INFO, "agent_pid"),
                    (int) ProcessHandle.current().pid());
            MemorySegment.copy(
                    HexFormat.of().parseHex(build()),
                    0,
                    info,
                    JAVA_BYTE,
                    Layouts.offset(Layouts.PIN_INFO, "build"),
                    Layouts.HASH);
            object.map("pin_info").put(0, info);
        }
    }

    private static int hostNamespace(String kind) {
        Path path = Path.of("/proc/1/ns/" + kind);
        try {
            return Integer.parseUnsignedInt(
                    Files.readSymbolicLink(path).toString().replaceAll("\\D", ""));
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot read "
                            + path
                            + " ("
                            + EnforcerException.reason(e)
                            + "), which tells the host from its containers; run as root in the host's PID namespace",
                    e);
        }
    }

    /**
     * CPUs that may ever come up, as the kernel numbers them: its CPU numbers index the scratch
     * areas.
     */
    private static int possibleCpus() {
        Path path = Path.of("/sys/devices/system/cpu/possible");
        try {
            String list = Files.readString(path).strip();
            return Integer.parseInt(list.replaceAll(".*[,-]", "")) + 1;
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot read " + path + ": " + EnforcerException.reason(e), e);
        }
    }
}
