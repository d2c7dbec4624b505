// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.e2e.ScopeTest.Tally;
import dev.portcullis.enforcer.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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

    private static final int RENAMES = 20;

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
        assertThat(whileRenamed(scope("kept"))).containsExactlyElementsOf(turns("EACCES"));
        assertThat(whileRenamed(scope("elsewhere"))).containsExactlyElementsOf(turns("ok"));
    }

    private static List<String> turns(String whereItIsKept) {
        return Collections.nCopies(
                        RENAMES, List.of("ok", "ok", "ok", "ok", whereItIsKept, "ok", "ok"))
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /** A file is read twice, its directory gets its other name, the file is read by that. */
    private List<String> whileRenamed(Scope scope) throws IOException, InterruptedException {
        work.file("free/f", "");
        List<String> operations = new ArrayList<>();
        for (int i = 0; i < RENAMES; i++) {
            operations.addAll(
                    List.of(read("free/f"), read("free/f"), "create:" + sign(scope, 4 * i)));
            operations.addAll(List.of("waitfile:" + sign(scope, 4 * i + 1), read("kept/f")));
            operations.add("create:" + sign(scope, 4 * i + 2));
            operations.add("waitfile:" + sign(scope, 4 * i + 3));
        }
        try (Container container = Container.start(AGENT.binding(scope), operations)) {
            for (int i = 0; i < RENAMES; i++) {
                Workspace.await(sign(scope, 4 * i));
                Files.move(work.path("free"), work.path("kept"));
                Files.createFile(sign(scope, 4 * i + 1));
                Workspace.await(sign(scope, 4 * i + 2));
                Files.move(work.path("kept"), work.path("free"));
                Files.createFile(sign(scope, 4 * i + 3));
            }
            return container.await().answers();
        }
    }

    private Path sign(Scope scope, int number) {
        return work.path("%s-%d".formatted(scope.name(), number));
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
