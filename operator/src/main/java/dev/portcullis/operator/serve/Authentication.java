// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.operator.view.PodView;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which node a call comes from, or refuses it. The token names a pod, and the cluster says
 * where that pod runs: a node can speak for itself alone, whatever it claims.
 */
public final class Authentication implements ServerInterceptor {
    static final Context.Key<String> NODE = Context.key("node");
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    private static final String BEARER = "Bearer ";

    /** Bad tokens must not become a flood of requests to the API server. */
    private static final int MAX_REVIEWS = 16;

    private final TokenReviews reviews;
    private final NodePods pods;
    private final String username;
    private final Semaphore places = new Semaphore(MAX_REVIEWS);

    /**
     * Accepts the pods of one service account.
     *
     * @param username {@code system:serviceaccount:NAMESPACE:NAME}
     */
    public Authentication(TokenReviews reviews, NodePods pods, String username) {
        this.reviews = reviews;
        this.pods = pods;
        this.username = username;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        try {
            String node = node(headers.get(AUTHORIZATION));
            return Contexts.interceptCall(
                    Context.current().withValue(NODE, node), call, headers, next);
        } catch (StatusException e) {
            LOG.warn("refused a stream: {}", e.getMessage());
            call.close(e.getStatus(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    /**
     * The node whose enforcer holds a token.
     *
     * @param authorization the metadata's value, or null for none
     * @throws StatusException UNAUTHENTICATED, PERMISSION_DENIED or UNAVAILABLE
     */
    String node(String authorization) throws StatusException {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            throw refuse(Status.UNAUTHENTICATED, "no token; send authorization: Bearer TOKEN");
        }
        if (!places.tryAcquire()) {
            throw refuse(Status.UNAVAILABLE, "too many tokens are being reviewed; come again");
        }
        try {
            TokenReviews.Bearer bearer =
                    reviews.review(authorization.substring(BEARER.length()).strip())
                            .orElseThrow(() ->
                                    refuse(
                                            Status.UNAUTHENTICATED,
                                            "the token is not valid for audience portcullis.dev"));
            return node(bearer);
        } catch (TokenReviews.UnavailableException e) {
            LOG.warn("reviewing a token", e);
            throw refuse(Status.UNAVAILABLE, "the API server does not answer");
        } finally {
            places.release();
        }
    }

    private String node(TokenReviews.Bearer bearer)
            throws StatusException, TokenReviews.UnavailableException {
        if (!bearer.username().equals(username)) {
            throw refuse(
                    Status.PERMISSION_DENIED,
                    "the token is that of %s, not of %s".formatted(bearer.username(), username));
        }
        if (bearer.pod().isEmpty()) {
            throw refuse(Status.PERMISSION_DENIED, "the token is bound to no pod");
        }
        Optional<PodView> pod = pods.find(bearer.pod());
        // A pod of the same name can have taken the place of the one that the token was made for.
        if (pod.isEmpty() || !pod.get().uid().equals(bearer.podUid())) {
            throw refuse(Status.PERMISSION_DENIED, "pod %s is gone".formatted(bearer.pod()));
        }
        if (pod.get().node().isEmpty()) {
            throw refuse(Status.PERMISSION_DENIED, "pod %s is on no node".formatted(bearer.pod()));
        }
        return pod.get().node();
    }

    private static StatusException refuse(Status status, String why) {
        return status.withDescription(why).asException();
    }
}
