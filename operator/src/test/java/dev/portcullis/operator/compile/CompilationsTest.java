// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.compile;

import static dev.portcullis.operator.Fixtures.eventually;
import static dev.portcullis.operator.Fixtures.key;
import static dev.portcullis.operator.Fixtures.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompilationsTest {
    private static final String SMALL = "{file: {rules: [{action: Block, paths: [/etc/shadow]}]}}";
    private static final String LARGE =
            "{file: {rules: [{action: Block, paths: ['/a*b*c/**/x*y*z', '/*q*r?????????????']}]}}";
    private static final int FEW_CELLS = 2_000;

    private final AtomicInteger done = new AtomicInteger();
    private final Compilations compilations =
            new Compilations(new RuleSetCompiler(FEW_CELLS), done::incrementAndGet);

    @AfterEach
    void close() {
        compilations.close();
    }

    @Test
    void aSetIsCompiledOnceAndThenThere() {
        assertThat(compilations.get(set("small", 1, SMALL))).isEmpty();

        Compiled compiled = (Compiled) awaited(set("small", 1, SMALL));

        // The path's, and that nothing is mounted over it.
        assertThat(RuleSetCodec.decode(compiled.ruleSet()).rules()).hasSize(2);
        assertThat(done).hasValue(1);
    }

    @Test
    void anotherGenerationOfTheSameMeaningSharesTheRuleSet() {
        Compiled one = (Compiled) awaited(set("small", 1, SMALL));
        Compiled other = (Compiled) awaited(set("small", 2, SMALL));

        assertThat(other.ruleSet()).isSameAs(one.ruleSet());
        assertThat(done).hasValue(2);
    }

    @Test
    void theCulpritIsThePolicyThatContributesMost() {
        SortedMap<PolicyRef, SourcedPolicy> both = new TreeMap<>();
        both.put(ref("small", 1), source("shop", "small", SMALL));
        both.put(ref("large", 1), source("shop", "large", LARGE));

        Failed failed = (Failed) awaited(PolicySet.of(both));

        assertThat(failed.culprits()).containsExactly(key("shop", "large"));
        assertThat(failed.reason()).contains("too complex", "simplify");
    }

    @Test
    void aChangeOfOnePolicyCompilesNothingThatItIsNoPartOf() {
        List<PolicySet> hundred =
                IntStream.range(0, 100).mapToObj(i -> set("p" + i, 1, SMALL)).toList();
        hundred.forEach(this::awaited);
        assertThat(done).hasValue(100);

        awaited(set("p7", 2, SMALL));
        hundred.forEach(set -> assertThat(compilations.get(set)).isPresent());

        assertThat(done).hasValue(101);
    }

    @Test
    void whatIsNotRetainedIsCompiledAgain() {
        awaited(set("small", 1, SMALL));
        compilations.retain(Set.of(set("small", 1, SMALL)));
        assertThat(compilations.get(set("small", 1, SMALL))).isPresent();

        compilations.retain(Set.of());

        assertThat(compilations.get(set("small", 1, SMALL))).isEmpty();
    }

    private Compilation awaited(PolicySet set) {
        return eventually().until(() -> compilations.get(set), Optional::isPresent).orElseThrow();
    }

    private static PolicySet set(String name, long generation, String spec) {
        SortedMap<PolicyRef, SourcedPolicy> one = new TreeMap<>();
        one.put(ref(name, generation), source("shop", name, spec));
        return PolicySet.of(one);
    }

    private static PolicyRef ref(String name, long generation) {
        return new PolicyRef(key("shop", name), "uid-" + name, generation, Mode.ENFORCE);
    }
}
