// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import dev.portcullis.operator.kube.KubernetesAuthorityStore;
import dev.portcullis.operator.kube.KubernetesStatusSink;
import dev.portcullis.operator.kube.KubernetesTokenReviews;
import dev.portcullis.operator.serve.Authentication;
import dev.portcullis.operator.serve.DistributionService;
import dev.portcullis.operator.serve.NodeBoard;
import dev.portcullis.operator.serve.NodeServer;
import dev.portcullis.operator.serve.Versions;
import dev.portcullis.operator.status.StatusLoop;
import dev.portcullis.operator.tls.Authority;
import dev.portcullis.operator.watch.ClusterWatch;
import dev.portcullis.operator.watch.PodFinder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator, put together. Changes flow one way: watch, reconciler, board, nodes; what nodes
 * answer goes to the board, and from there to status.
 */
final class Operator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
    private static final String KUBE_SYSTEM = "kube-system";

    private final StatusLoop status;
    private final Reconciler reconciler;
    private final ClusterWatch watch;
    private final NodeServer server;
    private final HealthServer health;

    /**
     * Starts all of it.
     *
     * @param client is closed by the caller
     * @throws IOException if a port is taken
     * @throws GeneralSecurityException if the authority that is kept cannot be read
     */
    Operator(OperatorOptions options, KubernetesClient client, Clock clock)
            throws IOException, GeneralSecurityException {
        // The parts call each other in a circle; none of them is called before start().
        Wakes wakes = new Wakes();
        NodeBoard board = new NodeBoard(() -> wakes.status.run());
        watch = new ClusterWatch(client, () -> wakes.reconciler.run());
        status = new StatusLoop(board, new KubernetesStatusSink(client), clock);
        reconciler =
                new Reconciler(
                        watch::synced,
                        watch::view,
                        board,
                        status::wake,
                        Set.of(KUBE_SYSTEM, options.namespace()),
                        clock);
        wakes.status = status::wake;
        wakes.reconciler = reconciler::wake;
        health = new HealthServer(options.healthPort(), reconciler::ready);
        watch.start();
        status.start();
        reconciler.start();
        server =
                new NodeServer(
                        options.port(),
                        credentials(options, client, clock),
                        board,
                        new DistributionService(
                                board, new Versions(clock.millis()), clock, reconciler::ready),
                        new Authentication(
                                new KubernetesTokenReviews(client),
                                new PodFinder(watch, client, options.namespace()),
                                options.enforcerUsername()));
        LOG.info(
                "serving nodes on port {}, health on port {}, in namespace {}",
                server.port(),
                health.port(),
                options.namespace());
    }

    int port() {
        return server.port();
    }

    int healthPort() {
        return health.port();
    }

    @Override
    public void close() {
        LOG.info("stopping");
        server.close();
        reconciler.close();
        status.close();
        watch.close();
        health.close();
    }

    private static ServerCredentials credentials(
            OperatorOptions options, KubernetesClient client, Clock clock)
            throws IOException, GeneralSecurityException {
        KubernetesAuthorityStore store = new KubernetesAuthorityStore(client, options.namespace());
        Authority authority = Authority.in(store, clock.instant());
        store.publish(authority.pem());
        Authority.Leaf leaf = authority.issue(options.serverNames(), clock.instant());
        LOG.info(
                "certificate of {} until {}, of its authority until {}; restart before to renew",
                options.serverNames(),
                leaf.expires(),
                authority.expires());
        return TlsServerCredentials.create(stream(leaf.chain()), stream(leaf.key()));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Wakes {
        private volatile Runnable status = () -> {};
        private volatile Runnable reconciler = () -> {};
    }
}
