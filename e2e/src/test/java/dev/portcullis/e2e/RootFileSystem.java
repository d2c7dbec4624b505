// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.Scope;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A root file system of a container's own, entered as a container runtime does it: a process of the
 * host makes the namespaces and pivots; only its last exec begins the container.
 */
final class RootFileSystem {
    private final Workspace work;
    private final String name;
    private int runs;

    private RootFileSystem(Workspace work, String name) {
        this.work = work;
        this.name = name;
    }

    /** A folder of the workspace is the root; it gets the program {@code /attempt}. */
    static RootFileSystem at(Workspace work, String name) {
        if (!Files.exists(work.path(name + "/attempt"))) {
            work.program(name + "/attempt");
        }
        return new RootFileSystem(work, name);
    }

    /** Runs operations in a container of the scope. */
    Container.Result run(Enforcer enforcer, Scope scope, String... operations)
            throws InterruptedException {
        runs++;
        String there = "there" + runs + "-" + scope.name();
        String go = "go" + runs + "-" + scope.name();
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "pivot:" + work.path(name),
                                "create:/" + there,
                                "waitfile:/" + go,
                                "become:/attempt"));
        all.addAll(List.of(operations));
        AtomicReference<int[]> namespaces = new AtomicReference<>(new int[2]);
        try (Container container = Container.start(Container.noting(namespaces), all)) {
            // Not before: its first exec in bound namespaces would begin the container.
            work.await(name + "/" + there);
            int[] numbers = namespaces.get();
            enforcer.bind(scope, numbers[0], numbers[1]);
            try {
                work.file(name + "/" + go, "");
                Container.Result result = container.await();
                // Without what the host's process did on the way.
                return new Container.Result(
                        result.status(), result.lines().subList(3, result.lines().size()));
            } finally {
                enforcer.unbind(numbers[0], numbers[1]);
            }
        }
    }
}
