// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.e2e.ScopeTest.Tally;
import dev.portcullis.enforcer.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the kernel programs remember of a directory is not believed once its path can have changed.
 */
@KernelTest
class MemoTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    /** Beside other work too, several of RCU's grace periods long. */
    private static final int TURNS = 3000;

    private static final int RENAMES = 100;

    private final Workspace work = Workspace.create();

    /** One in which the files of a directory can be made but not read. */
    private Scope scope(String directory) {
        return AGENT.scope(
                Policies.enforced(
                        """
                        file: {rules: [{action: Block, paths: ['%s/**'], access: [Read]}]}
                        system: {rules: [{action: Allow, operations: [Mount]}]}
                        """
                                .formatted(work.path(directory))));
    }

    private String read(String name) {
        return "read:" + work.path(name);
    }

    @Test
    void aDirectoryIsRenamedFromOutside() throws Exception {
        List<Tally> blocked = whileRenamed(scope("kept"));
        assertThat(blocked.get(0).opened()).isPositive();
        assertThat(blocked.get(0).refused()).isZero();
        assertThat(blocked.get(1).opened()).isZero();
        assertThat(blocked.get(1).refused()).isPositive();
        assertThat(whileRenamed(scope("elsewhere"))).allMatch(tally -> tally.opened() > 0);
    }

    /** Opens free/f and kept/f in turn while their directory has one name and then the other. */
    private List<Tally> whileRenamed(Scope scope) throws IOException, InterruptedException {
        Path free = work.path("free");
        Path kept = work.path("kept");
        work.file("free/f", "");
        work.delete("over");
        String hammer =
                "hammer:%s,%s,%s"
                        .formatted(work.path("over"), free.resolve("f"), kept.resolve("f"));
        try (Container container = Container.start(AGENT.binding(scope), List.of(hammer))) {
            for (int i = 0; i < RENAMES; i++) {
                Thread.sleep(5);
                Files.move(free, kept);
                Thread.sleep(5);
                Files.move(kept, free);
            }
            work.file("over", "");
            return tallies(container.await());
        }
    }

    @Test
    void aDirectoryIsMountedWhereItsFilesAreRefused() {
        work.file("free/f", "");
        work.file("kept/f", "");
        List<String> operations =
                List.of(
                        read("free/f"),
                        read("free/f"),
                        "bind:%s,%s".formatted(work.path("free"), work.path("kept")),
                        read("kept/f"),
                        read("free/f"));
        assertThat(run(scope("kept"), operations).answers())
                .containsExactly("ok", "ok", "ok", "EACCES", "ok");
        assertThat(run(scope("elsewhere"), operations).answers())
                .containsExactly("ok", "ok", "ok", "ok", "ok");
    }

    /** The kernel gives the memory of a directory's name to the next, again and again. */
    @Test
    void aDirectoryIsMadeWhereAnotherWasInMemory() {
        List<String> operations =
                List.of("churn:%d,%s,%s".formatted(TURNS, work.path("free"), work.path("kept")));
        assertThat(tallies(run(scope("kept"), operations)))
                .containsExactly(new Tally(TURNS, 0, 0), new Tally(0, TURNS, 0));
        assertThat(tallies(run(scope("elsewhere"), operations)))
                .containsExactly(new Tally(TURNS, 0, 0), new Tally(TURNS, 0, 0));
    }

    private static Container.Result run(Scope scope, List<String> operations) {
        return Container.run(AGENT.binding(scope), operations);
    }

    private static List<Tally> tallies(Container.Result result) {
        return result.lines().stream().map(Tally::of).toList();
    }
}
