// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import org.junit.jupiter.api.Test;

class EnforcerConstantsTest {
    @Test
    void theRingBufferIsAsLargeAsTheObjectSays() {
        try (MapsOnly object = MapsOnly.open(KernelPrograms.image())) {
            assertThat(object.definition("events").maxEntries()).isEqualTo(Enforcer.RING_SIZE);
            assertThat(Integer.bitCount(Enforcer.RING_SIZE)).as("a power of two").isEqualTo(1);
        }
    }
}
