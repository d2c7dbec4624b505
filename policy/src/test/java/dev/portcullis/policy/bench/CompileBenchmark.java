// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long compiling takes: the whole corpus at once, and one policy of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx1g", "-XX:+UseParallelGC"})
@Warmup(iterations = 8)
@Measurement(iterations = 8)
public class CompileBenchmark {
    private final List<SourcedPolicy> all = new Corpus().policies();
    private final List<SourcedPolicy> one = all.subList(0, 1);

    /** One rule set of all 100 policies. */
    @Benchmark
    public RuleSet corpus() throws PolicyException {
        return new RuleSetCompiler().compile(all);
    }

    /** What a change of one of 100 policies costs where each selects pods of its own. */
    @Benchmark
    public RuleSet onePolicy() throws PolicyException {
        return new RuleSetCompiler().compile(one);
    }
}
