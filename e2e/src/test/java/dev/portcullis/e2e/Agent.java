// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.policy.ruleset.RuleSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The agent that test classes share: in a guest, starting one takes seconds. Classes that start
 * agents of their own have it ended first.
 */
final class Agent implements BeforeAllCallback {
    private static final EventLog EVENTS = new EventLog();
    private static final AtomicInteger SCOPES = new AtomicInteger();
    private static @Nullable Enforcer shared;

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    private static synchronized void start() {
        if (shared == null) {
            shared =
                    Enforcer.start(
                            new EnforcerOptions(
                                    EnforcerOptions.DEFAULT_PIN_FOLDER, Coverage.BOUND, EVENTS));
        }
    }

    /** Ends the shared agent, if there is one. */
    static synchronized void end() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }

    Enforcer enforcer() {
        synchronized (Agent.class) {
            return Objects.requireNonNull(shared, "started by JUnit");
        }
    }

    EventLog events() {
        return EVENTS;
    }

    /** A scope with a name of its own. */
    Scope scope(RuleSet rules) {
        return enforcer().addScope("scope" + SCOPES.incrementAndGet(), rules);
    }

    Binding binding(Scope scope) {
        return Binding.to(enforcer(), scope);
    }

    /** What beneath {@code spec} is put to the test. */
    Trial trial(String spec) {
        return new Trial(this, spec);
    }

    /** What the one rule of that place did. */
    RuleCount count(Scope scope, String field) {
        List<RuleCount> found =
                enforcer().counts(scope).entrySet().stream()
                        .filter(entry -> entry.getKey().field().equals(field))
                        .map(Map.Entry::getValue)
                        .toList();
        assertThat(found).as("rules at " + field).hasSize(1);
        return found.getFirst();
    }

    /** What all rules of a scope's rule set did, since it was loaded. */
    long total(Scope scope) {
        return enforcer().counts(scope).values().stream().mapToLong(Agent::sum).sum();
    }

    static long sum(RuleCount count) {
        return count.blocked() + count.killed() + count.wouldBlock() + count.audited();
    }
}
