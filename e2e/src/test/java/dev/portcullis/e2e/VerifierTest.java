// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.BpfObject;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import dev.portcullis.enforcer.kernel.KernelSupport;
import dev.portcullis.enforcer.kernel.RuleSetTable;
import org.junit.jupiter.api.Test;

/** What the kernel's verifier says of the programs. */
@KernelTest
final class VerifierTest {
    @Test
    void everyProgramIsAccepted() {
        try (BpfObject object = KernelPrograms.open(Coverage.PODS)) {
            assertThatNoException().isThrownBy(object::load);
        }
    }

    @Test
    void refusalOfAProgramReachesTheUserInTheVerifiersOwnWords() {
        try (BpfObject object = KernelPrograms.open(Coverage.PODS)) {
            // Indexes could now point behind the automaton's end.
            object.setConstant("automaton_mask", 4 * RuleSetTable.CELLS - 1);

            assertThatExceptionOfType(BpfException.class)
                    .isThrownBy(object::load)
                    .withMessageContaining("loading the BPF programs")
                    .withMessageContaining("failed to load")
                    // 7.3 explains it in words of its own.
                    .withMessageMatching(
                            "(?s).*(invalid access to map value|stays within the object)"
                                    + ".*processed [0-9]+ insns.*");
        }
    }

    @Test
    void kernelOffersWhatTheAgentNeeds() {
        assertThat(KernelSupport.check()).allMatch(Finding::met);
    }
}
