// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.policy.EffectiveMode.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceModeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest(name = "{0} mode={1} glass={2}: {3} becomes {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "shop, -, -, ENFORCE, ENFORCE, POLICY",
                "shop, -, -, AUDIT, AUDIT, POLICY",
                "shop, enforce, -, ENFORCE, ENFORCE, POLICY",
                "shop, enforce, -, AUDIT, AUDIT, POLICY",
                "shop, audit, -, ENFORCE, AUDIT, NAMESPACE_AUDIT",
                "shop, audit, -, AUDIT, AUDIT, NAMESPACE_AUDIT",
                "shop, off, -, ENFORCE, -, NAMESPACE_OFF",
                "shop, off, -, AUDIT, -, NAMESPACE_OFF",
                "shop, Audit, -, ENFORCE, ENFORCE, UNKNOWN_LABEL",
                "kube-system, -, -, ENFORCE, -, PROTECTED",
                "kube-system, audit, -, ENFORCE, -, PROTECTED",
                "kube-system, off, -, ENFORCE, -, NAMESPACE_OFF",
                "kube-system, Enforce, -, ENFORCE, -, PROTECTED",
                "kube-system, enforce, -, ENFORCE, ENFORCE, POLICY",
                "kube-system, enforce, 2026-03-01T13:00:00Z, ENFORCE, AUDIT, BREAK_GLASS",
                "kube-system, -, 2026-03-01T13:00:00Z, ENFORCE, -, PROTECTED",
                "shop, -, 2026-03-01T13:00:00Z, ENFORCE, AUDIT, BREAK_GLASS",
                "shop, -, 2026-03-01T13:00:00+02:00, ENFORCE, ENFORCE, POLICY",
                "shop, -, 2026-03-01T15:00:00+02:00, ENFORCE, AUDIT, BREAK_GLASS",
                "shop, -, 2026-03-01T12:00:00Z, ENFORCE, ENFORCE, POLICY",
                "shop, -, 2026-03-01T11:00:00Z, ENFORCE, ENFORCE, POLICY",
                "shop, -, tomorrow, ENFORCE, ENFORCE, POLICY",
                "shop, off, 2026-03-01T13:00:00Z, ENFORCE, -, NAMESPACE_OFF",
                "shop, audit, 2026-03-01T13:00:00Z, ENFORCE, AUDIT, NAMESPACE_AUDIT",
            })
    void aNamespaceCapsItsPolicies(
            String namespace,
            String label,
            String glass,
            Mode written,
            Mode effective,
            Reason reason) {
        NamespaceMode mode = mode(namespace, label, glass);

        assertThat(mode.effective(written).orElse(null)).isEqualTo(effective);
        assertThat(mode.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "of, -, 'label portcullis.dev/mode: of'",
                "-, soon, 'annotation portcullis.dev/break-glass: \"soon\"'",
            })
    void whatMeansNothingIsToldOf(String label, String glass, String warning) {
        assertThat(mode("shop", label, glass).warning()).contains(warning);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 2026-03-01T13:00:00Z, 2026-03-01T13:00:00Z",
                "-, 2026-03-01T11:00:00Z, -",
                "off, 2026-03-01T13:00:00Z, -",
                "-, -, -",
            })
    void brokenGlassSaysWhenToLookAgain(String label, String glass, Instant until) {
        assertThat(mode("shop", label, glass).until()).isEqualTo(until);
    }

    private static NamespaceMode mode(String namespace, String label, String glass) {
        return NamespaceMode.of(
                new NamespaceView(
                        namespace,
                        label == null ? Map.of() : Map.of("portcullis.dev/mode", label),
                        glass == null ? "" : glass),
                Set.of("kube-system", "portcullis"),
                NOW);
    }
}
