// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the table of conformance asks about all there is, and as often for a yes as for a no. */
@KernelTest
class ConformanceTableTest {
    /** Those that refuse, of docs/hooks.md; task_kill does so whatever a policy says. */
    private static final Set<String> HOOKS =
            Set.of(
                    "bprm_check_security",
                    "file_open",
                    "path_mknod",
                    "path_mkdir",
                    "path_symlink",
                    "path_unlink",
                    "path_rmdir",
                    "path_link",
                    "path_rename",
                    "path_truncate",
                    "path_chmod",
                    "path_chown",
                    "inode_setxattr",
                    "inode_removexattr",
                    "inode_set_acl",
                    "inode_remove_acl",
                    "file_receive",
                    "mmap_file",
                    "file_mprotect",
                    "socket_connect",
                    "socket_sendmsg",
                    "socket_bind",
                    "socket_listen",
                    "sctp_bind_connect",
                    "socket_create",
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
                    "kernel_load_data");

    /** A rule with Audit is none for what becomes executable. */
    private static final Set<String> NEVER_AUDITED = Set.of("mmap_file", "file_mprotect");

    private static final int LEAST = 150;

    private final ConformanceTable table = ConformanceTable.read("conformance");

    @Test
    void aThirdIsRefusedAndAThirdIsAllowed() {
        List<ConformanceCase> cases = table.cases();
        long refused = cases.stream().filter(ConformanceCase::isRefusal).count();
        long allowed = cases.stream().filter(line -> line.verdict().isEmpty()).count();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(LEAST);
        assertThat(refused * 3).as("refused, thrice").isGreaterThanOrEqualTo(cases.size());
        assertThat(allowed * 3).as("allowed, thrice").isGreaterThanOrEqualTo(cases.size());
    }

    @Test
    void everyHookRefusesKillsReportsAndAllows() {
        for (String hook : HOOKS) {
            Set<String> seen =
                    table.cases().stream()
                            .filter(line -> line.hook().equals(hook))
                            .map(line -> line.verdict().map(Verdict::name).orElse("ALLOWED"))
                            .collect(Collectors.toSet());
            assertThat(seen).as(hook).contains("BLOCKED", "KILLED", "ALLOWED");
            if (!NEVER_AUDITED.contains(hook)) {
                assertThat(seen).as(hook).contains("AUDITED");
            }
        }
        assertThat(table.cases()).extracting(ConformanceCase::hook).isSubsetOf(HOOKS);
    }

    @Test
    void noLineStandsTwiceAndNoPolicyIsIdle() {
        assertThat(table.cases())
                .extracting(line -> line.policies() + " " + line.operations())
                .doesNotHaveDuplicates();
        Set<String> used =
                table.cases().stream()
                        .flatMap(line -> Arrays.stream(line.policies().split("\\+", -1)))
                        .collect(Collectors.toSet());
        assertThat(used).isEqualTo(table.policies().keySet());
    }

    /** So that the next line is tried with the same ones, in one container. */
    @Test
    void linesUnderTheSamePoliciesStandTogether() {
        List<String> runs = new ArrayList<>(List.of(""));
        for (ConformanceCase line : table.cases()) {
            if (!line.policies().equals(runs.getLast())) {
                runs.add(line.policies());
            }
        }
        assertThat(runs).doesNotHaveDuplicates();
    }

    @Test
    void refusedLinesSayWhatWasNotDoneWhereItCanBeSeen() {
        Set<String> changing =
                Set.of(
                        "write", "rdwr", "trunc", "create", "mkdir", "unlink", "rename", "chmod",
                        "tcp", "udp");
        assertThat(table.cases())
                .filteredOn(line -> changing.contains(line.operations().getLast().split(":", 2)[0]))
                .filteredOn(line -> line.freely().equals("ok"))
                .filteredOn(line -> line.effects().isEmpty())
                .isEmpty();
    }

    @Test
    void theDocumentOfEvasionsNamesEachLineOfBypassAndNoOther() {
        String document = ConformanceTable.resource("evasion.md");
        Set<String> named =
                Pattern.compile("\"([^\"]+)\"")
                        .matcher(document)
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.toSet());
        assertThat(named)
                .isEqualTo(
                        ConformanceTable.read("bypass").cases().stream()
                                .map(ConformanceCase::hook)
                                .collect(Collectors.toSet()));
    }
}
