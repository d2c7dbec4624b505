// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.compile.TableForms;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs all benchmarks and writes what they found: a line for each, of its name, value, unit and
 * error: half of the 99.9 % confidence interval, of processor time half of the range; 0 for what is
 * exact.
 */
public final class Bench {
    private static final int WARM_UP = 8;
    private static final int MEASURED = 5;

    private final List<String> lines = new ArrayList<>();

    private Bench() {}

    /** Takes the name of the file to write. */
    public static void main(String... arguments)
            throws IOException, PolicyException, AutomatonTooLargeException, RunnerException {
        Bench bench = new Bench();
        bench.measureSizes();
        bench.measureProcessorTime();
        bench.measureTimes();
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "name\tvalue\tunit\terror\n" + String.join("", bench.lines));
        System.out.println(Files.readString(file));
    }

    private void measureSizes() throws PolicyException, AutomatonTooLargeException {
        Corpus corpus = new Corpus();
        int cells = new RuleSetCompiler().compile(corpus.policies()).size();
        add("table.bytes_per_rule", 4.0 * cells / corpus.rules(), "bytes/rule", 0);
        TableForms.of(corpus.policies())
                .forEach((form, bytes) ->
                        add(
                                "table.form." + form,
                                (double) bytes / corpus.rules(),
                                "bytes/rule",
                                0));
    }

    /** What compiling the corpus takes of a processor, also where other work shares the machine. */
    private void measureProcessorTime() throws PolicyException {
        List<SourcedPolicy> policies = new Corpus().policies();
        LongSummaryStatistics nanos = new LongSummaryStatistics();
        for (int i = 0; i < WARM_UP + MEASURED; i++) {
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            new RuleSetCompiler().compile(policies);
            long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (i >= WARM_UP) {
                nanos.accept(end - begin);
            }
        }
        double spread = (nanos.getMax() - nanos.getMin()) / 2e6;
        add("compile.corpus.processor", nanos.getAverage() / 1e6, "ms/op", spread);
    }

    private void measureTimes() throws RunnerException {
        String benchmarks = Bench.class.getPackageName() + ".*Benchmark";
        for (RunResult run : new Runner(new OptionsBuilder().include(benchmarks).build()).run()) {
            Result<?> result = run.getPrimaryResult();
            String name = run.getParams().getBenchmark();
            add(
                    name.substring(Bench.class.getPackageName().length() + 1),
                    result.getScore(),
                    result.getScoreUnit(),
                    result.getScoreError());
        }
    }

    private void add(String name, double value, String unit, double error) {
        lines.add(String.format(Locale.ROOT, "%s\t%.3f\t%s\t%.3f\n", name, value, unit, error));
    }
}
