// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Extended attributes and access control lists: setting one is a write. */
@KernelTest
class AttributeTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();
    private final Path file = work.file("d/f", "");
    private final Path neighbour = work.file("e/f", "");

    private static Trial readOnly(Object path) {
        return AGENT.trial(spec(path));
    }

    private static String spec(Object path) {
        return "file: {rules: [{action: Block, paths: ['%s'], access: [Write]}]}".formatted(path);
    }

    @Test
    void attributesAreNotSet() throws IOException {
        List<Event> events =
                readOnly(work.path("d") + "/**")
                        .before(() -> work.file("d/f", ""))
                        .refuses(RULE, "setxattr:" + file, "setacl:" + file);
        assertThat(events).allMatch(event -> event.getOperation() == Operation.SETXATTR);
        assertThat(events).allMatch(event -> event.getPath().equals(file.toString()));
        readOnly(work.path("d") + "/**")
                .allows("setxattr:" + neighbour, "removexattr:" + neighbour, "setacl:" + neighbour);
    }

    @Test
    void norRemoved() {
        readOnly(file + "")
                .before(() -> Container.runFree(List.of("setxattr:" + file)))
                .refuses(RULE, "removexattr:" + file);
    }

    /** The list would have given the group more than it has. */
    @Test
    void anAccessControlListChangesThePermissions() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        readOnly(file).observe(Policies.enforced(spec(file)), "setacl:" + file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Container.runFree(List.of("setacl:" + file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw-rw-");
    }

    /** An overlay sets the attribute of the layer beneath, which has no path here. */
    @Test
    void anOverlaysLayersAreNotAskedAgain() throws IOException {
        Path onOverlay = Path.of("/etc/portcullis-attribute");
        Files.writeString(onOverlay, "");
        try {
            readOnly("/nowhere/**").allows("setxattr:" + onOverlay, "removexattr:" + onOverlay);
            readOnly(onOverlay).refuses(RULE, "setxattr:" + onOverlay);
        } finally {
            Files.delete(onOverlay);
        }
    }
}
