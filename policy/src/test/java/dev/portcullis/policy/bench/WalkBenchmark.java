// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long judging takes a byte of the question, over the corpus' own table. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WalkBenchmark {
    private static final int BYTES = 1 << 16;

    private RuleSet rules;
    private final byte[][] known = new byte[BYTES][];
    private final byte[][] unknown = new byte[BYTES][];

    /** Cuts the corpus' paths off after so many bytes. */
    @Setup
    public void compile() throws PolicyException {
        Corpus corpus = new Corpus();
        rules = new RuleSetCompiler().compile(corpus.policies());
        int left = BYTES;
        for (int i = 0; left > 0; i++) {
            byte[] path = corpus.paths().get(i).getBytes(StandardCharsets.UTF_8);
            known[i] = Arrays.copyOf(path, Math.min(left, path.length));
            unknown[i] = known[i].clone();
            // lost at the second component
            unknown[i][Math.min(5, unknown[i].length - 1)] = '~';
            left -= known[i].length;
        }
    }

    /** Paths that are spelled out in rules. */
    @Benchmark
    @OperationsPerInvocation(BYTES)
    public int knownPath() {
        return judge(known);
    }

    /** Paths that only patterns could match. */
    @Benchmark
    @OperationsPerInvocation(BYTES)
    public int unknownPath() {
        return judge(unknown);
    }

    private int judge(byte[][] paths) {
        int sum = 0;
        for (int i = 0; paths[i] != null; i++) {
            sum += rules.judge(QuestionKind.WRITE, Lane.ENFORCE, paths[i]);
        }
        return sum;
    }
}
