// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.link.LinkOptions;
import dev.portcullis.enforcer.link.OperatorLink;
import dev.portcullis.enforcer.node.NodeAgent;
import dev.portcullis.enforcer.node.NodeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis agent}: the enforcer of a cluster's node, run by the DaemonSet. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Enforces on this node of a cluster what the operator says.",
            "Events come on standard output as JSON, one a line. Enforcement goes on when the agent ends;",
            "the next one takes over, and `portcullis unload` lifts it."
        })
final class AgentCommand implements Callable<Integer> {
    /** What {@code --unknown-pods} says. */
    enum UnknownPods {
        allow,
        hold
    }

    @Option(
            names = "--operator",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where the operator listens.")
    private String operator = "";

    @Option(
            names = "--server-name",
            paramLabel = "NAME",
            description = "The name in the operator's certificate; default: ${DEFAULT-VALUE}")
    private String serverName = "portcullis-operator.portcullis.svc";

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Who may have issued that certificate, in PEM; default: ${DEFAULT-VALUE}")
    private Path authority = Path.of("/etc/portcullis/ca/ca.crt");

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description =
                    "The token of the agent's pod, for the audience portcullis.dev; default: ${DEFAULT-VALUE}")
    private Path token = Path.of("/var/run/secrets/portcullis/token/token");

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description =
                    "On the node's disk, for what holds while the operator is away; default: ${DEFAULT-VALUE}")
    private Path state = Path.of("/var/lib/portcullis");

    @Option(
            names = "--bundles",
            paramLabel = "FOLDER",
            description =
                    "Where the container runtime keeps each container's config.json; default: ${DEFAULT-VALUE}")
    private Path bundles = Path.of("/run/containerd/io.containerd.runtime.v2.task/k8s.io");

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "The agent's own namespace; default: ${DEFAULT-VALUE}")
    private String namespace = "portcullis";

    @Option(
            names = "--unknown-pods",
            paramLabel = "hold|allow",
            description = {
                "What becomes of a container whose pod the operator has not told of yet: it waits, for",
                "at most 30 s and not if the operator is away, or it starts at once, under no policy",
                "until the operator has told; default: ${DEFAULT-VALUE}"
            })
    private UnknownPods unknownPods = UnknownPods.hold;

    @Option(
            names = "--health-port",
            paramLabel = "PORT",
            description = {
                "On 127.0.0.1: /healthz says whether the agent works, /readyz whether the operator has told",
                "it what holds, /metrics what it counted; default: ${DEFAULT-VALUE}"
            })
    private int healthPort = 9483;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "Append events to this file instead.")
    private @Nullable Path events;

    @Option(
            names = "--pins",
            paramLabel = "FOLDER",
            description = "The agent's folder on the BPF file system.")
    private Path pins = EnforcerOptions.DEFAULT_PIN_FOLDER;

    @Override
    public Integer call() throws InterruptedException, IOException {
        EventPrinter printer = EventPrinter.to(events, System.out);
        NodeAgent agent =
                NodeAgent.start(
                        new NodeOptions(
                                pins,
                                state,
                                bundles,
                                namespace,
                                unknownPods == UnknownPods.hold,
                                printer));
        OperatorLink link =
                OperatorLink.start(agent, new LinkOptions(operator, serverName, authority, token));
        AgentHealth health =
                AgentHealth.serve(healthPort, agent::alive, link::connected, agent::metrics);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    health.close();
                                    link.close();
                                    agent.close();
                                    printer.close();
                                },
                                "closer"));
        System.err.println(
                "portcullis: enforcing; events follow on standard output, one a line, and the operator"
                        + " is at "
                        + operator);
        new CountDownLatch(1).await(); // until a signal ends the process
        return 0;
    }
}
