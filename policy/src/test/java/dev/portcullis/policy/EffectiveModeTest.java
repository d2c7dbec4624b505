// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.policy.EffectiveMode.Reason;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveModeTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @ParameterizedTest(name = "{0}, label {1}, protected {2}, break-glass for {3} s: {4}, {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "ENFORCE, -,       false, -,  ENFORCE, POLICY",
                "AUDIT,   -,       false, -,  AUDIT,   POLICY",
                "ENFORCE, enforce, false, -,  ENFORCE, POLICY",
                "AUDIT,   enforce, false, -,  AUDIT,   POLICY",
                "ENFORCE, audit,   false, -,  AUDIT,   NAMESPACE_AUDIT",
                "AUDIT,   audit,   false, -,  AUDIT,   POLICY",
                "ENFORCE, off,     false, -,  -,       NAMESPACE_OFF",
                "AUDIT,   off,     false, -,  -,       NAMESPACE_OFF",
                "ENFORCE, -,       true,  -,  -,       PROTECTED",
                "AUDIT,   -,       true,  -,  -,       PROTECTED",
                "ENFORCE, audit,   true,  -,  -,       PROTECTED",
                "ENFORCE, off,     true,  -,  -,       NAMESPACE_OFF",
                "ENFORCE, enforce, true,  -,  ENFORCE, POLICY",
                "AUDIT,   enforce, true,  -,  AUDIT,   POLICY",
                "ENFORCE, Enforce, true,  -,  -,       PROTECTED",
                "ENFORCE, Audit,   false, -,  ENFORCE, UNKNOWN_LABEL",
                "AUDIT,   '',      false, -,  AUDIT,   UNKNOWN_LABEL",
                "ENFORCE, -,       false, 1,  AUDIT,   BREAK_GLASS",
                "ENFORCE, -,       false, 0,  ENFORCE, POLICY",
                "ENFORCE, -,       false, -1, ENFORCE, POLICY",
                "AUDIT,   -,       false, 1,  AUDIT,   POLICY",
                "ENFORCE, enforce, true,  1,  AUDIT,   BREAK_GLASS",
                "ENFORCE, audit,   false, 1,  AUDIT,   NAMESPACE_AUDIT",
                "ENFORCE, off,     false, 1,  -,       NAMESPACE_OFF",
                "ENFORCE, x,       false, 1,  AUDIT,   BREAK_GLASS",
            })
    void theNamespaceCapsWhatAPolicySays(
            Mode policy,
            @Nullable String label,
            boolean guarded,
            @Nullable Integer glassSeconds,
            @Nullable Mode mode,
            Reason reason) {
        Instant until = glassSeconds == null ? null : NOW.plusSeconds(glassSeconds);
        assertThat(EffectiveMode.of(policy, label, guarded, until, NOW))
                .isEqualTo(new EffectiveMode(Optional.ofNullable(mode), reason));
    }
}
