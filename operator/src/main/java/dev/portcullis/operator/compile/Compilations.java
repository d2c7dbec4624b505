// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.compile;

import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.policy.compile.RuleSetCompiler;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles sets of policies, each once, on one thread of its own.
 *
 * <p>No cache with a size: what must be kept is exactly what pods refer to ({@link #retain}), and
 * dropping any of it would have it compiled again at once.
 */
public final class Compilations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compilations.class);

    private final Compiler compiler;
    private final Runnable onDone;
    private final Map<PolicySet, Optional<Compilation>> results = new ConcurrentHashMap<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("compile").daemon().factory());

    /**
     * Starts the thread.
     *
     * @param onDone run on that thread after every compilation
     */
    public Compilations(RuleSetCompiler compiler, Runnable onDone) {
        this.compiler = new Compiler(compiler);
        this.onDone = onDone;
    }

    /** What became of a set; empty while it is being compiled, which the first call begins. */
    public Optional<Compilation> get(PolicySet set) {
        Optional<Compilation> known = results.putIfAbsent(set, Optional.empty());
        if (known == null) {
            thread.execute(() -> run(set));
            return Optional.empty();
        }
        return known;
    }

    /** Forgets all other sets, but for those being compiled. */
    public void retain(Set<PolicySet> wanted) {
        Set<PolicySet> left = new HashSet<>(results.keySet());
        left.removeAll(wanted);
        left.forEach(set ->
                results.computeIfPresent(set, (key, result) -> result.isEmpty() ? result : null));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private void run(PolicySet set) {
        long start = System.nanoTime();
        Compilation result;
        try {
            result = intern(compiler.compile(set));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // A defect, or too little memory. Without a result the pods would wait for ever.
            LOG.error("compiling {}", set, e);
            result =
                    new Failed(
                            "the compiler failed: %s; see the operator's log".formatted(e),
                            set.refs().stream().map(PolicyRef::key).collect(Collectors.toSet()));
        }
        LOG.info(
                "compiled {} in {} ms: {}",
                set,
                (System.nanoTime() - start) / 1_000_000,
                switch (result) {
                    case Compiled(var ruleSet) ->
                            "%s, %d bytes".formatted(ruleSet.getId(), ruleSet.getSerializedSize());
                    case Failed(var reason, var culprits) -> reason + " " + culprits;
                });
        results.put(set, Optional.of(result));
        onDone.run();
    }

    /** Other policies with the same meaning give an equal rule set; its bytes are kept once. */
    private Compilation intern(Compilation fresh) {
        if (fresh instanceof Compiled(var ruleSet)) {
            for (Optional<Compilation> known : results.values()) {
                if (known.isPresent()
                        && known.get() instanceof Compiled(var other)
                        && other.getId().equals(ruleSet.getId())) {
                    return known.get();
                }
            }
        }
        return fresh;
    }
}
