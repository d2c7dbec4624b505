// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A namespace of a test's own, gone after it. Says what was in it if the test fails. */
final class TestNamespace implements BeforeEachCallback, AfterEachCallback {
    /** Unlike those of other runs against the same cluster. */
    private static final String RUN = Long.toString(System.currentTimeMillis() / 1000, 36);

    private static final AtomicInteger COUNT = new AtomicInteger();
    private @Nullable String name;

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(context.getRequiredTestClass().getSimpleName());
    }

    /** For a second one beside that of the test. */
    void begin(String title) {
        String test = title.toLowerCase(Locale.ROOT);
        name = "%s-%s-%d".formatted(test, RUN, COUNT.incrementAndGet());
        Cluster.createNamespace(name(), Map.of("portcullis.test/name", name()));
        // The controller manager makes it a moment later, and no pod is taken before.
        Await.until(
                "service account of namespace " + name,
                () ->
                        Cluster.client()
                                .serviceAccounts()
                                .inNamespace(name())
                                .withName("default")
                                .get(),
                account -> account != null);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            tell();
        }
        end();
    }

    /** Has it deleted, if there is one. */
    void end() {
        if (name != null) {
            pods().deleteAll();
            Cluster.client().namespaces().withName(name()).delete();
        }
    }

    private void tell() {
        Cluster.client().pods().inNamespace(name()).list().getItems().stream()
                .map(pod ->
                        "pod %s: %s"
                                .formatted(
                                        pod.getMetadata().getName(),
                                        Serialization.asYaml(pod.getStatus())))
                .forEach(System.err::println);
        PolicyResource.statuses(name()).forEach(System.err::println);
    }

    String name() {
        if (name == null) {
            throw new IllegalStateException("no test runs");
        }
        return name;
    }

    Pods pods() {
        return new Pods(name());
    }

    /** A policy of this namespace that selects the pods of {@link Pods#JUDGED}. */
    PolicyResource policy(String name, String spec) {
        return PolicyResource.create(
                name(), name, "podSelector: {matchLabels: {app: judged}}\n" + spec);
    }
}
