// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Memory that becomes executable. */
@KernelTest
class MapTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.process.rules[0]";
    private static final Path LOADER = loader();

    private final Workspace work = Workspace.create();
    private final Path library = work.file("library", "code");

    private static Path loader() {
        try {
            return Path.of("/lib64/ld-linux-x86-64.so.2").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Trial blocking(Object path) {
        return AGENT.trial("process: {rules: [{action: Block, paths: ['%s']}]}".formatted(path));
    }

    @Test
    void aFileThatMayNotBeExecutedIsNotMappedExecutable() {
        List<Event> events =
                blocking(library).refuses(RULE, "map:" + library, "maplater:" + library);
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.getOperation()).isEqualTo(Operation.MAP);
                    assertThat(event.getPath()).isEqualTo(library.toString());
                });
        blocking(library).allows("read:" + library, "map:" + work.file("other", "code"));
    }

    /** Else no program would have its libraries. */
    @Test
    void aDefaultDoesNotSpeakOfMapping() {
        AGENT.trial(
                        "process: {default: Block, rules: [{action: Allow, paths: ['%s']}]}"
                                .formatted(Workspace.ATTEMPT))
                .allows("map:" + library, "maplater:" + library, "anon:x", "anonlater:x");
    }

    @Test
    void memoryWithoutAFileHasAName() {
        List<Event> events = blocking("anon:").refuses(RULE, "anon:x", "anonlater:x");
        assertThat(events).extracting(Event::getPath).containsOnly("anon:");
        blocking("memfd:*").allows("anon:x", "anonlater:x");
    }

    @Test
    void theLoaderIsNoWayToRunWhatMayNotBeExecuted() throws IOException {
        Path tool = work.path("tool");
        Files.copy(Path.of("/usr/bin/true").toRealPath(), tool);
        String spec = "process: {rules: [{action: Block, paths: ['%s']}]}".formatted(tool);
        String run = "exec:%s,%s".formatted(LOADER, tool);

        Trial.Observation refused = AGENT.trial(spec).observe(Policies.enforced(spec), run);

        assertThat(refused.result().answers()).last().isEqualTo("exited 127");
        assertThat(refused.events())
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getPath()).isEqualTo(tool.toString()));
        AGENT.trial("process: {rules: [{action: Block, paths: ['/other']}]}").allows(run);
    }

    /** What the kernel loads for an execve was judged as that. */
    @Test
    void aForbiddenLoaderStillLoadsOtherPrograms() {
        blocking(LOADER).refuses(RULE, "exec:%s,/usr/bin/true".formatted(LOADER));
        blocking(LOADER).allows("exec:/usr/bin/true");
    }
}
