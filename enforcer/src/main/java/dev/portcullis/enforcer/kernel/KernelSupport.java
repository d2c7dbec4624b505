// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.ffi.Errno;
import dev.portcullis.enforcer.ffi.LibBpf;
import dev.portcullis.enforcer.ffi.LibBpfLog;
import dev.portcullis.enforcer.ffi.LibC;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this machine offers, asked of the machine itself: each answer comes from trying the thing,
 * not from a version number. Changes nothing: the one program it loads is never attached.
 */
public final class KernelSupport {
    /** Hooks with a program of ours that every kernel must have. */
    static final List<String> HOOKS =
            List.of(
                    "task_alloc",
                    "bprm_creds_for_exec",
                    "bprm_check_security",
                    "bprm_committed_creds",
                    "file_open",
                    "file_receive",
                    "path_mknod",
                    "path_mkdir",
                    "path_symlink",
                    "path_unlink",
                    "path_rmdir",
                    "path_rename",
                    "path_link",
                    "path_truncate",
                    "path_chmod",
                    "path_chown",
                    "inode_setxattr",
                    "inode_removexattr",
                    "mmap_file",
                    "file_mprotect",
                    "socket_create",
                    "socket_bind",
                    "socket_listen",
                    "sctp_bind_connect",
                    "socket_connect",
                    "socket_sendmsg",
                    "unix_stream_connect",
                    "unix_may_send",
                    "capable",
                    "ptrace_access_check",
                    "ptrace_traceme",
                    "sb_mount",
                    "move_mount",
                    "sb_umount",
                    "sb_pivotroot",
                    "userns_create",
                    "bpf",
                    "kernel_read_file",
                    "kernel_load_data",
                    "task_kill");

    /**
     * Hooks with a program of ours that kernels before 6.2 lack; there an access control list is an
     * extended attribute.
     */
    static final List<String> LATER_HOOKS = List.of("inode_set_acl", "inode_remove_acl");

    private static final int BPF_MAP_TYPE_RINGBUF = 27;
    private static final int BPF_MAP_TYPE_TASK_STORAGE = 29;
    private static final int BPF_PROG_TYPE_LSM = 29;
    private static final int BPF_LSM_MAC = 27;
    private static final int BTF_KIND_FUNC = 12;

    /** {@code r0 = 0; exit}, in the machine's byte order: allows everything. */
    private static final long[] EMPTY_PROGRAM = {0xb7, 0x95};

    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path LSMS = Path.of("/sys/kernel/security/lsm");
    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    private KernelSupport() {}

    /** The running kernel's release, such as {@code 6.12.107+deb13-cloud-amd64}. */
    public static String release() {
        return System.getProperty("os.version");
    }

    /**
     * Asks only for what it takes to call the kernel at all.
     *
     * @throws EnforcerException if this is not root, or libbpf is missing
     */
    public static void requireUse() {
        for (Finding finding : List.of(root(), library())) {
            if (!finding.met()) {
                throw new EnforcerException(finding.sentence());
            }
        }
    }

    /**
     * Every need, in the order in which a no should be cured. Needs that cannot be asked without
     * another stop there.
     */
    public static List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        findings.add(root());
        if (!findings.getLast().met()) {
            return findings;
        }
        findings.add(library());
        if (!findings.getLast().met()) {
            return findings;
        }
        LibBpfLog.install();
        findings.add(btf());
        findings.add(lsm());
        findings.add(map("Ring buffer maps", BPF_MAP_TYPE_RINGBUF, "5.8"));
        findings.add(map("Task storage maps", BPF_MAP_TYPE_TASK_STORAGE, "5.11"));
        Map<String, Integer> hooks = hookTypes(HOOKS);
        findings.add(hooks(hooks));
        if (findings.getLast().met()) {
            findings.add(program(hooks.get("file_open")));
        }
        findings.add(bpffs());
        return findings;
    }

    private static Finding root() {
        int user = LibC.effectiveUser();
        return Finding.machine(
                "Root", user == 0, "effective user " + user, "run as root, for example with sudo");
    }

    private static Finding library() {
        String need = "libbpf";
        String cure =
                "install libbpf 1.1 or newer (Debian, Ubuntu: apt-get install libbpf1; Fedora: dnf install libbpf)";
        try {
            return Finding.machine(need, true, LibBpf.version(), cure);
        } catch (LinkageError e) {
            return Finding.machine(need, false, String.valueOf(e.getMessage()), cure);
        }
    }

    private static Finding btf() {
        boolean met = Files.isReadable(BTF);
        return Finding.kernel(
                "Type information of the kernel (BTF)",
                met,
                met ? BTF.toString() : BTF + " is missing",
                "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
    }

    private static Finding lsm() {
        String need = "BPF among the active security modules";
        try {
            String active = Files.readString(LSMS).strip();
            return Finding.kernel(
                    need,
                    List.of(active.split(",")).contains("bpf"),
                    "active: " + active,
                    "use a kernel with CONFIG_BPF_LSM=y and boot it with lsm=" + active + ",bpf");
        } catch (IOException e) {
            return Finding.machine(
                    need,
                    false,
                    LSMS + " cannot be read",
                    "mount it: mount -t securityfs securityfs /sys/kernel/security");
        }
    }

    private static Finding map(String need, int type, String since) {
        int result = LibBpf.probeMap(type);
        String detail =
                result == 1 ? "can be made" : result == 0 ? "cannot be made" : Errno.words(-result);
        return Finding.kernel(
                need,
                result == 1,
                detail,
                "use Linux " + since + " or newer, and run outside containers that filter bpf()");
    }

    /**
     * The BTF id of each hook that the kernel has. Read once: the kernel's BTF is several
     * megabytes.
     */
    private static Map<String, Integer> hookTypes(List<String> hooks) {
        Map<String, Integer> types = new HashMap<>();
        MemorySegment btf = LibBpf.kernelBtf();
        if (!btf.equals(MemorySegment.NULL)) {
            for (String hook : hooks) {
                int type = LibBpf.findType(btf, "bpf_lsm_" + hook, BTF_KIND_FUNC);
                if (type > 0) {
                    types.put(hook, type);
                }
            }
            LibBpf.freeBtf(btf);
        }
        LibBpfLog.take();
        return types;
    }

    /** Hooks with a program of ours that this kernel lacks and need not have. */
    static List<String> absentHooks() {
        Map<String, Integer> types = hookTypes(LATER_HOOKS);
        return LATER_HOOKS.stream().filter(hook -> !types.containsKey(hook)).toList();
    }

    private static Finding hooks(Map<String, Integer> types) {
        List<String> missing = HOOKS.stream().filter(hook -> !types.containsKey(hook)).toList();
        return Finding.kernel(
                "Security hooks",
                missing.isEmpty(),
                missing.isEmpty()
                        ? String.join(", ", HOOKS)
                        : "missing: " + String.join(", ", missing),
                "use Linux 6.1 or newer with CONFIG_BPF_LSM=y");
    }

    private static Finding program(int hookType) {
        try (Arena arena = Arena.ofConfined()) {
            // struct bpf_prog_load_opts of libbpf 1.1
            MemorySegment options = arena.allocate(104);
            options.set(JAVA_LONG, 0, options.byteSize());
            options.set(JAVA_INT, 12, BPF_LSM_MAC);
            options.set(JAVA_INT, 32, hookType);
            int fd =
                    LibBpf.loadProgram(
                            BPF_PROG_TYPE_LSM,
                            "portcullis_try",
                            arena.allocateFrom(JAVA_LONG, EMPTY_PROGRAM),
                            EMPTY_PROGRAM.length,
                            options);
            if (fd >= 0) {
                LibC.close(fd);
            }
            return Finding.kernel(
                    "Loading of BPF LSM programs",
                    fd >= 0,
                    fd >= 0
                            ? "an empty one on file_open was accepted"
                            : "even an empty one is refused: "
                                    + Errno.words(-fd)
                                    + " (errno "
                                    + -fd
                                    + ")",
                    "use a machine whose kernel and hypervisor allow them");
        }
    }

    private static Finding bpffs() {
        boolean met = false;
        String detail = BPFFS + " is none";
        try {
            met = Files.isDirectory(BPFFS) && "bpf".equals(Files.getFileStore(BPFFS).type());
        } catch (IOException e) {
            detail = e.getMessage();
        }
        return Finding.machine(
                "BPF file system",
                met,
                met ? BPFFS.toString() : detail,
                "mount one: mount -t bpf bpf " + BPFFS);
    }
}
