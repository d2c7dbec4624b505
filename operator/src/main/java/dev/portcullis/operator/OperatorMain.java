// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The operator's command. It runs until SIGTERM or SIGINT. */
@Command(
        name = "portcullis-operator",
        description = "The control plane of Portcullis.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class OperatorMain implements Callable<Integer> {
    @Option(
            names = "--namespace",
            defaultValue = "${env:POD_NAMESPACE:-portcullis}",
            description = "The operator's own namespace (env POD_NAMESPACE).")
    private String namespace = "";

    @Option(
            names = "--port",
            defaultValue = "${env:PORTCULLIS_PORT:-8443}",
            description = "gRPC over TLS, for the nodes (env PORTCULLIS_PORT).")
    private int port;

    @Option(
            names = "--health-port",
            defaultValue = "${env:PORTCULLIS_HEALTH_PORT:-8080}",
            description = "HTTP: /healthz and /readyz (env PORTCULLIS_HEALTH_PORT).")
    private int healthPort;

    @Option(
            names = "--enforcer-account",
            defaultValue = "${env:PORTCULLIS_ENFORCER_ACCOUNT:-portcullis-enforcer}",
            description =
                    "The enforcers' service account in the operator's namespace (env PORTCULLIS_ENFORCER_ACCOUNT).")
    private String enforcerAccount = "";

    @Option(
            names = "--service",
            defaultValue = "${env:PORTCULLIS_SERVICE:-portcullis-operator}",
            description =
                    "The Service in front of the operator; its certificate has this name (env PORTCULLIS_SERVICE).")
    private String service = "";

    private OperatorMain() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new OperatorMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        OperatorOptions options =
                new OperatorOptions(namespace, port, healthPort, enforcerAccount, service);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    stop.countDown();
                                    awaitQuietly(stopped);
                                },
                                "stop"));
        try (KubernetesClient client = new KubernetesClientBuilder().build();
                Operator operator = new Operator(options, client, Clock.systemUTC())) {
            stop.await();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
