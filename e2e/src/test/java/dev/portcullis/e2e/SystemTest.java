// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Capabilities, and what is done to the kernel and to other tasks. */
@KernelTest
class SystemTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String CAPABILITY = "spec.capabilities.rules[0]";
    private static final String SYSTEM = "spec.system.rules[0]";

    private final Workspace work = Workspace.create();

    private static String capabilities(String action, String names) {
        return "capabilities: {rules: [{action: %s, names: [%s]}]}".formatted(action, names);
    }

    private static String system(String action, String operations) {
        return "system: {rules: [{action: %s, operations: [%s]}]}".formatted(action, operations);
    }

    @Test
    void aCapabilityIsRefused() {
        List<Event> events =
                AGENT.trial(capabilities("Block", "SYS_CHROOT, NET_RAW"))
                        .forbids(
                                CAPABILITY,
                                "chroot:" + work.directory("jail"),
                                "socket:packet",
                                "socket:raw");
        assertThat(events)
                .extracting(Event::getName)
                .containsExactly("SYS_CHROOT", "NET_RAW", "NET_RAW");
        assertThat(events).extracting(Event::getOperation).containsOnly(Operation.CAPABILITY);
        AGENT.trial(capabilities("Block", "SYS_BOOT"))
                .allows("chroot:" + work.directory("jail"), "socket:packet", "socket:raw");
    }

    @Test
    void aDefaultRefusesAllCapabilitiesThatNoRuleAllows() {
        Trial trial =
                AGENT.trial(
                        "capabilities: {default: Block, rules: [{action: Allow, names: [SYS_CHROOT]}]}");
        trial.allows("chroot:" + work.directory("jail"));
        trial.forbids("spec.capabilities.default", "socket:raw");
    }

    @Test
    @Suite(Suite.BYPASS)
    void aCapabilityIsRefusedInAUserNamespaceToo() {
        AGENT.trial(capabilities("Block", "SYS_CHROOT"))
                .forbids(
                        CAPABILITY,
                        "+setuid:1000",
                        "+unshare:user",
                        "chroot:" + work.directory("jail"));
    }

    @Test
    void aTaskWithoutTheCapabilityIsNotReported() {
        String spec = capabilities("Block", "SYS_CHROOT");
        Trial.Observation seen =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec),
                                "setuid:1000",
                                "chroot:" + work.directory("jail"));
        assertThat(seen.result().answers()).containsExactly("ok", "EPERM");
        assertThat(seen.counted()).isZero();
    }

    @Test
    void aCapabilityKills() {
        String spec = capabilities("Kill", "SYS_CHROOT");
        Trial.Observation seen =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec),
                                "child:1",
                                "chroot:" + work.directory("jail"));
        assertThat(seen.result().answers()).containsExactly("killed by SIGKILL");
        seen.isJudged(CAPABILITY, Verdict.KILLED, 1);
    }

    /** An overlay works on its layers with the credentials of who mounted it. */
    @Test
    void anOverlayGoesOnWorkingWithoutTheCapabilities() {
        AGENT.trial(capabilities("Block", "SYS_ADMIN, DAC_OVERRIDE, FOWNER, MKNOD"))
                .allows("read:/etc/hostname", "write:/etc/hostname");
    }

    @Test
    @Suite(Suite.BYPASS)
    void tracingIsRefused() {
        List<Event> events =
                AGENT.trial(system("Block", "Ptrace"))
                        .forbids(
                                SYSTEM,
                                "trace:attach",
                                "trace:seize",
                                "trace:traceme",
                                "trace:memory");
        assertThat(events).extracting(Event::getName).containsOnly("Ptrace");
        AGENT.trial(system("Block", "Ptrace")).refuses(SYSTEM, "trace:proc");
        AGENT.trial(system("Block", "Mount"))
                .allows("trace:attach", "trace:traceme", "trace:memory", "trace:proc");
    }

    @Test
    void mountsAreRefused() {
        Path at = work.directory("at");
        Path other = work.directory("other");
        List<Event> events =
                AGENT.trial(system("Block", "Mount"))
                        .refuses(
                                SYSTEM,
                                "tmpfs:" + at,
                                "bind:%s,%s".formatted(other, at),
                                "private:/",
                                "umount:/proc");
        assertThat(events).extracting(Event::getName).containsOnly("Mount");
        AGENT.trial(system("Block", "Ptrace"))
                .allows(
                        "private:/",
                        "tmpfs:" + at,
                        "movemount:%s,%s".formatted(at, other),
                        "umount:" + other);
    }

    @Test
    void whereAPathIsRefusedSoIsMounting() {
        Path at = work.directory("at");
        Path other = work.directory("other");
        String[] mounts = {"tmpfs:" + at, "bind:%s,%s".formatted(other, at), "private:/"};
        for (String rule :
                List.of(
                        "file: {rules: [{action: Block, paths: [/nowhere], access: [Write]}]}",
                        "process: {rules: [{action: Kill, paths: [/nowhere]}]}")) {
            List<Event> events = AGENT.trial(rule).refuses("spec.system", mounts);
            assertThat(events).extracting(Event::getName).containsOnly("Mount");
            AGENT.trial(rule + "\nsystem: {rules: [{action: Allow, operations: [Mount]}]}")
                    .allows(mounts);
        }
        AGENT.trial("file: {rules: [{action: Audit, paths: [/nowhere]}]}").allows(mounts);
    }

    @Test
    @Suite(Suite.BYPASS)
    void mountsOfTheNewerCallsAreRefused() {
        Path other = work.directory("other");
        String spec = system("Block", "Mount");
        Trial.Observation seen =
                AGENT.trial(spec).observe(Policies.enforced(spec), "movemount:/proc," + other);
        assertThat(seen.result().answers()).containsExactly("EACCES");
        seen.isJudged(SYSTEM, Verdict.BLOCKED, 1);
    }

    @Test
    void newRootIsRefused() {
        Path root = work.directory("root");
        String spec = "system: {default: Block}";
        Trial.Observation seen =
                AGENT.trial(spec).observe(Policies.enforced(spec), "pivot:" + root);
        assertThat(seen.result().answers()).containsExactly("EACCES");
        AGENT.trial("system: {default: Allow}").allows("pivot:" + root);
    }

    @Test
    void userNamespacesAreRefused() {
        AGENT.trial(system("Block", "UserNamespace")).refuses(SYSTEM, "unshare:user");
        AGENT.trial(system("Block", "UserNamespace")).allows("unshare:mnt");
    }

    @Test
    void bpfIsRefused() {
        AGENT.trial(system("Block", "Bpf")).refuses(SYSTEM, "bpf:x");
    }

    /** The files are none: whoever gets past the policy is told so. */
    @Test
    void modulesAndOtherKernelsAreRefused() {
        Path none = work.file("none", "none");
        String[] operations = {"module:", "module:" + none, "kexec:" + none};
        String spec = system("Block", "ModuleLoad, Kexec");
        Trial.Observation refused = AGENT.trial(spec).observe(Policies.enforced(spec), operations);
        assertThat(refused.result().answers()).containsExactly("EACCES", "EACCES", "EACCES");
        refused.isJudged(SYSTEM, Verdict.BLOCKED, 3);

        Trial.Observation free =
                AGENT.trial(spec).observe(Policies.enforced(system("Block", "Bpf")), operations);
        assertThat(free.result().answers()).containsExactly("ENOEXEC", "ENOEXEC", "ENOEXEC");
        assertThat(free.counted()).isZero();
    }
}
