// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyStatus;
import dev.portcullis.operator.view.PolicyView;
import dev.portcullis.operator.view.PolicyView.Accepted;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A small cluster to decide about. */
public final class Fixtures {
    private final List<PodView> pods = new ArrayList<>();
    private final Map<String, NamespaceView> namespaces = new HashMap<>();
    private final Map<String, NodeView> nodes = new HashMap<>();
    private final List<PolicyView> policies = new ArrayList<>();

    public Fixtures namespace(String name, Map<String, String> labels, String breakGlass) {
        namespaces.put(name, new NamespaceView(name, labels, breakGlass));
        return this;
    }

    /** A pod whose namespace has not been seen. */
    public Fixtures early(PodView pod) {
        pods.add(pod);
        return this;
    }

    public Fixtures node(String name, boolean ready) {
        nodes.put(name, new NodeView(name, "uid-" + name, ready));
        return this;
    }

    public Fixtures pod(PodView pod) {
        pods.add(pod);
        namespaces.putIfAbsent(pod.namespace(), NamespaceView.unlabelled(pod.namespace()));
        return this;
    }

    public Fixtures policy(PolicyView policy) {
        policies.add(policy);
        return this;
    }

    public ClusterView view() {
        return new ClusterView(pods, namespaces, nodes, policies);
    }

    /** A running pod, with labels {@code app: APP}. Its uid is {@code uid-NAME}. */
    public static PodView pod(
            String namespace, String name, String app, String node, String... containers) {
        return new PodView(
                "uid-" + name,
                "uid-" + name,
                namespace,
                name,
                Map.of("app", app),
                node,
                List.of(containers),
                false,
                "2026-01-01T00:00:00Z");
    }

    /** A policy that was accepted. Its uid is {@code uid-NAME}. */
    public static PolicyView policy(String namespace, String name, long generation, String spec) {
        return new PolicyView(
                key(namespace, name),
                "uid-" + name,
                generation,
                Optional.of(new Accepted(generation, source(namespace, name, spec))),
                List.of(),
                Map.of(),
                PolicyStatus.NONE);
    }

    /** Waits long enough for a machine that has other things to do. */
    public static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }

    public static PolicyKey key(String namespace, String name) {
        return new PolicyKey("SecurityPolicy", namespace, name);
    }

    /** A policy of the cluster that was accepted. Its uid is {@code uid-NAME}. */
    public static PolicyView clusterPolicy(String name, long generation, String spec) {
        return new PolicyView(
                new PolicyKey("ClusterSecurityPolicy", "", name),
                "uid-" + name,
                generation,
                Optional.of(
                        new Accepted(
                                generation,
                                parse(
                                        "{apiVersion: portcullis.dev/v1alpha1, kind: ClusterSecurityPolicy, metadata: {name: %s}, spec: %s}"
                                                .formatted(name, spec)))),
                List.of(),
                Map.of(),
                PolicyStatus.NONE);
    }

    /** A policy, by its spec in flow style. */
    public static SourcedPolicy source(String namespace, String name, String spec) {
        return parse(
                "{apiVersion: portcullis.dev/v1alpha1, kind: SecurityPolicy, metadata: {name: %s, namespace: %s}, spec: %s}"
                        .formatted(name, namespace, spec));
    }

    private static SourcedPolicy parse(String yaml) {
        try {
            SourcedPolicy parsed =
                    PolicyParser.parse("", yaml.getBytes(StandardCharsets.UTF_8)).getFirst();
            return SourcedPolicy.of(parsed.policy());
        } catch (InvalidPolicyException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }
}
