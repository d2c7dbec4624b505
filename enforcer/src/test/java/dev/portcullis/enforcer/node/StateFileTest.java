// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.node.v1alpha1.NodeState;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final NodeState STATE =
            NodeState.newBuilder()
                    .setSnapshot(
                            Snapshot.newBuilder()
                                    .setVersion(7)
                                    .addPods(Pod.newBuilder().setUid("u").setUnnamed("r")))
                    .build();

    @TempDir Path folder;

    @Test
    void whatIsReadIsWhatWasWrittenLast() {
        StateFile file = new StateFile(folder.resolve("made"));
        assertThat(file.read()).isEmpty();
        file.write(NodeState.getDefaultInstance());
        file.write(STATE);
        assertThat(new StateFile(folder.resolve("made")).read()).contains(STATE);
    }

    @Test
    void halfWrittenStateIsNotRead() throws IOException {
        StateFile file = new StateFile(folder);
        file.write(STATE);
        Files.write(folder.resolve("state.next"), new byte[] {1, 2, 3});
        assertThat(file.read()).contains(STATE);
    }

    @Test
    void damagedStateIsToldWithTheCure() throws IOException {
        Files.write(folder.resolve("state"), new byte[] {-1, -1, -1});
        assertThatThrownBy(() -> new StateFile(folder).read())
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining(folder.resolve("state").toString())
                .hasMessageContaining("without the file");
    }

    @Test
    void folderThatCannotBeMadeIsTold() throws IOException {
        Path taken = Files.createFile(folder.resolve("taken"));
        assertThatThrownBy(() -> new StateFile(taken))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("cannot keep state in");
    }
}
