// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Handshakes are tried in NodeServerTest. */
class AuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final MemoryAuthorityStore store = new MemoryAuthorityStore();

    @Test
    void anAuthorityIsMadeOnceAndThenRead() throws GeneralSecurityException {
        Authority made = Authority.in(store, NOW);
        Authority read = Authority.in(store, NOW.plusSeconds(1));

        assertThat(read.pem()).isEqualTo(made.pem());
        assertThat(read.expires()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    }

    @Test
    void ofTwoThatAreMadeAtOnceTheFirstCounts() throws GeneralSecurityException {
        Authority other = Authority.in(store, NOW);
        MemoryAuthorityStore contested = new MemoryAuthorityStore();
        contested.race(store.load().orElseThrow());

        assertThat(Authority.in(contested, NOW).pem()).isEqualTo(other.pem());
    }

    @Test
    void aReadAuthorityIssues() throws GeneralSecurityException {
        X509Certificate root = Pem.certificate(Authority.in(store, NOW).pem());

        Authority.Leaf issued = Authority.in(store, NOW).issue(List.of("a", "a.b.svc"), NOW);

        X509Certificate leaf = Pem.certificate(issued.chain());
        leaf.verify(root.getPublicKey());
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("a", "a.b.svc");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(root.getBasicConstraints()).isZero();
        assertThat(issued.expires()).isEqualTo(NOW.plus(Duration.ofDays(365)));
        assertThat(issued.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void aBrokenAuthorityIsAnError() {
        store.create(new AuthorityStore.Stored("nonsense", "nonsense"));

        assertThatThrownBy(() -> Authority.in(store, NOW))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
