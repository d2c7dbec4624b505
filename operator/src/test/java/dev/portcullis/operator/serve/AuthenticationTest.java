// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.serve.TokenReviews.Bearer;
import dev.portcullis.operator.serve.TokenReviews.UnavailableException;
import dev.portcullis.operator.view.PodView;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest {
    private static final String ENFORCER = "system:serviceaccount:portcullis:portcullis-enforcer";
    private static final Map<String, Bearer> TOKENS =
            Map.of(
                    "good", new Bearer(ENFORCER, "enforcer-a", "uid-enforcer-a"),
                    "former", new Bearer(ENFORCER, "enforcer-a", "uid-before"),
                    "gone", new Bearer(ENFORCER, "enforcer-x", "uid-enforcer-x"),
                    "pending", new Bearer(ENFORCER, "enforcer-b", "uid-enforcer-b"),
                    "unbound", new Bearer(ENFORCER, "", ""),
                    "elsewhere",
                            new Bearer(
                                    "system:serviceaccount:shop:portcullis-enforcer",
                                    "enforcer-a",
                                    "uid-enforcer-a"));
    private static final Map<String, PodView> PODS =
            Map.of(
                    "enforcer-a", Fixtures.pod("portcullis", "enforcer-a", "e", "node-a", "c"),
                    "enforcer-b", Fixtures.pod("portcullis", "enforcer-b", "e", "", "c"));

    private final Authentication authentication =
            new Authentication(
                    AuthenticationTest::review,
                    name -> Optional.ofNullable(PODS.get(name)),
                    ENFORCER);

    @Test
    void aTokenLeadsToThePodAndThePodToTheNode() throws StatusException {
        assertThat(authentication.node("Bearer good")).isEqualTo("node-a");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, UNAUTHENTICATED, no token",
                "good, UNAUTHENTICATED, no token",
                "Bearer wrong, UNAUTHENTICATED, not valid",
                "Bearer former, PERMISSION_DENIED, is gone",
                "Bearer gone, PERMISSION_DENIED, is gone",
                "Bearer pending, PERMISSION_DENIED, on no node",
                "Bearer unbound, PERMISSION_DENIED, bound to no pod",
                "Bearer elsewhere, PERMISSION_DENIED, is that of system:serviceaccount:shop",
                "Bearer silence, UNAVAILABLE, does not answer",
            })
    void whateverElseIsRefused(String authorization, Status.Code code, String why) {
        assertThatThrownBy(() -> authentication.node(authorization))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(code);
                            assertThat(e.getStatus().getDescription()).contains(why);
                        });
    }

    private static Optional<Bearer> review(String token) throws UnavailableException {
        if (token.equals("silence")) {
            throw new UnavailableException("test", new IllegalStateException("expected"));
        }
        return Optional.ofNullable(TOKENS.get(token));
    }
}
