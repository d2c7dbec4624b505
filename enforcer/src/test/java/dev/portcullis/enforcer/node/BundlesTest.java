// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundlesTest {
    private static final String ID = "e4".repeat(32);
    private static final String DIGITS = "894f509dd28940e4920a4d1ca93229f7";

    @TempDir Path folder;
    private Bundles bundles;

    @BeforeEach
    void make() {
        bundles = new Bundles(folder);
    }

    private void write(String json) throws IOException {
        Files.createDirectories(folder.resolve(ID));
        Files.writeString(folder.resolve(ID).resolve("config.json"), json);
    }

    private static String config(String cgroup) {
        return """
        {"annotations": {"io.kubernetes.cri.container-name": "nginx",
          "io.kubernetes.cri.container-type": "container",
          "io.kubernetes.cri.sandbox-name": "web-0",
          "io.kubernetes.cri.sandbox-namespace": "shop"},
         "linux": {"cgroupsPath": "%s"}}
        """
                .formatted(cgroup);
    }

    @ParameterizedTest
    @CsvSource({
        "/kubepods/burstable/pod894f509d-d289-40e4-920a-4d1ca93229f7/ID, false",
        "/kubepods/pod894f509d-d289-40e4-920a-4d1ca93229f7/ID, false",
        "kubepods-besteffort-pod894f509d_d289_40e4_920a_4d1ca93229f7.slice:cri-containerd:ID, false",
        "/kubepods/burstable/pod894f509dd28940e4920a4d1ca93229f7/ID, true",
    })
    void containerIsKnownByItsAnnotationsAndItsPodByTheCgroup(String cgroup, boolean isStatic)
            throws IOException {
        write(config(cgroup));
        assertThat(bundles.find(ID))
                .contains(new ContainerInfo(ID, DIGITS, isStatic, "shop", "web-0", "nginx", false));
    }

    @Test
    void sandboxIsToldApart() throws IOException {
        write(
                config("/kubepods/pod894f509d-d289-40e4-920a-4d1ca93229f7/ID")
                        .replace("\"container\"", "\"sandbox\""));
        assertThat(bundles.find(ID)).get().matches(ContainerInfo::sandbox);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/system.slice/docker.service",
                "/kubepods/pod894f509d-d289-40e4-920a/ID",
                "/kubepods/podZ94f509dd28940e4920a4d1ca93229f7/ID",
                ""
            })
    void containerOfNoPodIsNone(String cgroup) throws IOException {
        write(config(cgroup));
        assertThat(bundles.find(ID)).isEmpty();
    }

    @Test
    void absentContainerIsNone() throws IOException {
        assertThat(bundles.find(ID)).isEmpty();
        Files.createDirectory(folder.resolve(ID)); // made, and not yet written
        assertThat(bundles.find(ID)).isEmpty();
        assertThat(new Bundles(folder.resolve("absent")).ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"linux\": 7}", "\"text\""})
    void damagedDescriptionIsToldWithItsFile(String json) throws IOException {
        write(json);
        assertThatThrownBy(() -> bundles.find(ID))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining(ID)
                .hasMessageContaining("no OCI description");
    }

    @Test
    void tooLongADescriptionIsRefused() throws IOException {
        write(" ".repeat(5 << 20));
        assertThatThrownBy(() -> bundles.find(ID))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    void onlyContainersAreListed() throws IOException {
        write("{}");
        Files.createDirectory(folder.resolve("short"));
        assertThat(bundles.ids()).containsExactly(ID);
    }
}
