// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealPathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b*", "/...", "/é", "memfd:", "memfd:a//b", "anon:"})
    void whatTheKernelCanTellIsTaken(String text) throws PatternException {
        assertThat(RealPath.bytes(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/", "//", "/a//b", "/.", "/a/../b", "pipe:"})
    void whatItCannotIsRefused(String text) {
        assertThatThrownBy(() -> RealPath.bytes(text))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining("; ");
    }
}
