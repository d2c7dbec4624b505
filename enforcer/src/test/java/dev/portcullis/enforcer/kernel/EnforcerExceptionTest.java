// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class EnforcerExceptionTest {
    @Test
    void theReasonOfAnIoErrorIsAWordAndNotAName() {
        assertThat(EnforcerException.reason(new NoSuchFileException("/x")))
                .isEqualTo("it does not exist");
        assertThat(EnforcerException.reason(new AccessDeniedException("/x")))
                .isEqualTo("permission denied");
        assertThat(EnforcerException.reason(new FileSystemException("/x", null, "Is busy")))
                .isEqualTo("Is busy");
        assertThat(EnforcerException.reason(new IOException("broken pipe")))
                .isEqualTo("broken pipe");
    }
}
