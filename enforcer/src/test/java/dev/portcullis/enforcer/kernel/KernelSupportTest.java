// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.ffi.LibC;
import org.junit.jupiter.api.Test;

class KernelSupportTest {
    @Test
    void everyAnswerHasADetailAndEveryNoACure() {
        assertThat(KernelSupport.check())
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.need()).isNotBlank();
                    assertThat(finding.detail()).isNotBlank();
                    assertThat(finding.cure().isEmpty()).isEqualTo(finding.met());
                    assertThat(finding.sentence())
                            .contains(finding.need(), finding.detail(), finding.cure());
                });
    }

    @Test
    void askingTwiceGivesTheSameAnswers() {
        assertThat(KernelSupport.check()).isEqualTo(KernelSupport.check());
    }

    @Test
    void whoIsNotRootIsToldSo() {
        if (LibC.effectiveUser() == 0) {
            assertThatCode(KernelSupport::requireUse).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(KernelSupport::requireUse)
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("run as root");
        }
    }

    @Test
    void aNoTellsNeedDetailAndCureAndAYesHasNoCure() {
        assertThat(Finding.kernel("Maps", false, "cannot be made", "use Linux 5.8").sentence())
                .isEqualTo("Maps is needed: cannot be made; use Linux 5.8");
        assertThat(Finding.kernel("Maps", false, "no", "cure").ofKernel()).isTrue();
        assertThat(Finding.machine("Root", true, "yes", "sudo"))
                .isEqualTo(new Finding("Root", false, true, "yes", ""));
    }
}
