// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways around a policy, line by line of {@code bypass.txt}; those that need a scene of their own
 * are here, or where {@link Suite#BYPASS} stands. Each fails under the policy and works without.
 */
@KernelTest
@Suite(Suite.BYPASS)
class BypassTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final ConformanceTable TABLE = ConformanceTable.read("bypass");
    private static final ConformanceTrial TRIAL = new ConformanceTrial(AGENT, TABLE);

    static List<ConformanceCase> lines() {
        return TABLE.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void fails(ConformanceCase line) {
        assertThat(line.isRefusal()).isTrue();
        TRIAL.check(line);
    }

    /** A thread of the kernel's, with a name of its own. */
    @Test
    void aWorkerOfIoUringOpensTheFile() {
        Workspace work = Workspace.create();
        Path secret = work.file("secret", "content");
        AGENT.trial("file: {rules: [{action: Block, paths: ['%s']}]}".formatted(secret))
                .refuses("spec.file.rules[0]", "uringworker:" + secret);
    }

    @Test
    void aWorkerOfIoUringChangesNames() {
        Workspace work = Workspace.create();
        Path unlinked = work.path("unlinked");
        Path renamed = work.path("renamed");
        Path free = work.path("free");
        AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s', '%s']}]}"
                                .formatted(unlinked, renamed))
                .before(() -> {
                    work.file("unlinked", "content");
                    work.file("renamed", "content");
                })
                .refuses(
                        "spec.file.rules[0]",
                        "uringunlink:" + unlinked,
                        "uringrename:%s,%s".formatted(renamed, free));
    }
}
