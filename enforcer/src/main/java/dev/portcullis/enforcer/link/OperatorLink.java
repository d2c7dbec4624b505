// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.link;

import dev.portcullis.enforcer.node.NodeAgent;
import dev.portcullis.node.v1alpha1.DistributionGrpc;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps a node's agent connected to the operator, from its start to its end. */
public final class OperatorLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OperatorLink.class.getName());

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** A rule set has at most 16 MiB of cells; its rules come on top. */
    private static final int MAX_FROM_OPERATOR = 32 << 20;

    /** An operator that is gone without a word is noticed within twice that. */
    private static final int KEEPALIVE_SECONDS = 10;

    private static final long FIRST_WAIT = 500;
    private static final long LONGEST_WAIT = 10_000;
    private static final long END_MILLISECONDS = 5_000;

    private final NodeAgent agent;
    private final LinkOptions options;
    private final Thread thread;
    private final AtomicReference<@Nullable NodeStream> current = new AtomicReference<>();
    private volatile boolean closed;
    private String lastFailure = "";

    private OperatorLink(NodeAgent agent, LinkOptions options) {
        this.agent = agent;
        this.options = options;
        thread = Thread.ofPlatform().name("operator").daemon(true).unstarted(this::run);
    }

    /** Begins connecting, and goes on until closed. */
    public static OperatorLink start(NodeAgent agent, LinkOptions options) {
        OperatorLink link = new OperatorLink(agent, options);
        link.thread.start();
        return link;
    }

    /** Whether there is an operator just now that has said what holds. */
    public boolean connected() {
        NodeStream stream = current.get();
        return stream != null && stream.wasTold();
    }

    private void run() {
        long wait = FIRST_WAIT;
        while (!closed) {
            boolean worked = false;
            try {
                worked = connect();
            } catch (IOException | RuntimeException e) {
                say(String.valueOf(e.getMessage()));
            }
            wait = worked ? FIRST_WAIT : Math.min(2 * wait, LONGEST_WAIT);
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    /** One connection, to its end. Returns whether the operator told anything. */
    private boolean connect() throws IOException {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + Files.readString(options.token()).strip());
        ManagedChannel channel =
                Grpc.newChannelBuilder(
                                options.target(),
                                TlsChannelCredentials.newBuilder()
                                        .trustManager(options.authority().toFile())
                                        .build())
                        .overrideAuthority(options.serverName())
                        .maxInboundMessageSize(MAX_FROM_OPERATOR)
                        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .build();
        try {
            NodeStream stream = new NodeStream(agent);
            current.set(stream);
            Status end =
                    stream.run(
                            DistributionGrpc.newStub(channel)
                                    .withInterceptors(
                                            MetadataUtils.newAttachHeadersInterceptor(headers)));
            if (!closed) {
                say(
                        "the stream ended: "
                                + end.getCode()
                                + (end.getDescription() == null ? "" : ", " + end.getDescription())
                                + (end.getCause() == null ? "" : " (" + end.getCause() + ")"));
            }
            return stream.wasTold();
        } finally {
            current.set(null);
            agent.connected(false);
            channel.shutdownNow();
        }
    }

    /** The same failure again and again says nothing new. */
    private void say(String failure) {
        LOG.log(
                failure.equals(lastFailure) ? Level.DEBUG : Level.WARNING,
                "operator at " + options.target() + ": " + failure + "; trying again");
        lastFailure = failure;
    }

    @Override
    public void close() {
        closed = true;
        NodeStream stream = current.get();
        if (stream != null) {
            stream.end();
        }
        thread.interrupt();
        try {
            thread.join(END_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
