// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That operations come to the hooks that {@code hook-facts.txt} says. */
@KernelTest
@Suite(Suite.LOADS)
class HookFactsTest {
    /** Hooks that no program is on, and that tell why. */
    private static final Set<String> OTHERS =
            Set.of(
                    "bpf_map",
                    "bprm_creds_from_file",
                    "file_truncate",
                    "inode_create",
                    "inode_link",
                    "inode_mkdir",
                    "inode_rename",
                    "inode_setattr",
                    "path_chroot",
                    "sb_kern_mount");

    /** Asked by the kernel on occasions of its own too, which come and go. */
    private static final String ANY_TIME = "capable";

    private static final List<Fact> FACTS = read();
    private static List<Set<String>> fired = List.of();

    /** A line of the table. */
    record Fact(ConformanceCase operation, String hooks) {
        @Override
        public String toString() {
            return operation.hook();
        }
    }

    private static List<Fact> read() {
        List<Fact> facts = new ArrayList<>();
        for (TextTable.Line line : TextTable.read("hook-facts.txt", 4)) {
            if (line.isOnThisKernel(2)) {
                ConformanceCase operation =
                        new ConformanceCase(
                                line.number(),
                                line.column(0),
                                "",
                                List.of(line.column(1).split(" +", -1)),
                                "ok",
                                "ok",
                                Optional.empty(),
                                "",
                                "",
                                List.of());
                facts.add(new Fact(operation, line.column(3)));
            }
        }
        return facts;
    }

    static List<Fact> facts() {
        return FACTS;
    }

    @BeforeAll
    static void tryAll() throws Exception {
        Set<String> hooks = new LinkedHashSet<>(OTHERS);
        hooks.addAll(LoadsTest.names());
        hooks.remove(ANY_TIME);
        List<ConformanceCase> operations = FACTS.stream().map(Fact::operation).toList();
        try (ConformanceScene scene = new ConformanceScene(operations);
                HookTrace trace = new HookTrace(hooks)) {
            Container.runFree(scene.arguments());
            fired = trace.hooksOfChildren(Workspace.ATTEMPT.getFileName().toString());
        }
        assertThat(fired).hasSameSizeAs(operations);
    }

    @ParameterizedTest
    @MethodSource("facts")
    void comesToTheHooks(Fact fact) {
        String hooks = String.join(" ", fired.get(FACTS.indexOf(fact)));
        System.out.printf("hooks of %s: %s%n", fact, hooks);
        assertThat(hooks).isEqualTo(fact.hooks());
    }
}
