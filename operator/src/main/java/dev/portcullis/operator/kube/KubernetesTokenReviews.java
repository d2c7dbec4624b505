// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.kube;

import dev.portcullis.operator.serve.TokenReviews;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reviews tokens by the API server's TokenReview. */
public final class KubernetesTokenReviews implements TokenReviews {
    /** A token for anything else, such as the API server itself, opens nothing here. */
    private static final String AUDIENCE = "portcullis.dev";

    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

    private final KubernetesClient client;

    public KubernetesTokenReviews(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<Bearer> review(String token) throws UnavailableException {
        TokenReview review =
                new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build();
        TokenReviewStatus status;
        try {
            status = client.resource(review).create().getStatus();
        } catch (KubernetesClientException e) {
            throw new UnavailableException("TokenReview", e);
        }
        // An API server that does not know audiences leaves them out, and would let any token in.
        if (status == null
                || !Boolean.TRUE.equals(status.getAuthenticated())
                || !status.getAudiences().contains(AUDIENCE)) {
            return Optional.empty();
        }
        UserInfo user = status.getUser();
        return Optional.of(
                new Bearer(
                        Objects.requireNonNullElse(user.getUsername(), ""),
                        extra(user, POD_NAME),
                        extra(user, POD_UID)));
    }

    private static String extra(UserInfo user, String key) {
        Map<String, List<String>> extra = user.getExtra();
        List<String> values = extra == null ? List.of() : extra.getOrDefault(key, List.of());
        return values.size() == 1 ? values.getFirst() : "";
    }
}
