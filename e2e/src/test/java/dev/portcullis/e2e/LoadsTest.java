// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.BpfObject;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import dev.portcullis.enforcer.kernel.KernelSupport;
import dev.portcullis.enforcer.kernel.RuleSetTable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kernel's verifier says of the programs: it takes each, in the larger form that clusters
 * need, and has about as much to look at as stands in {@code loads.txt}.
 */
@KernelTest
@Suite(Suite.LOADS)
@Order(Integer.MAX_VALUE) // behind those that share an agent
class LoadsTest {
    /** The verifier itself gives up at 1,000,000. */
    private static final int MOST_INSTRUCTIONS = 200_000;

    /** Other builds of the same kernel differ by less. */
    private static final Percentage TOLERANCE = Percentage.withPercentage(10);

    private static final List<String> KERNELS = List.of("6.1", "6.12", "7.3");
    private static final String ABSENT = "-";

    /** As many characters of a name as the kernel keeps. */
    private static final int NAME_LENGTH = 15;

    private static Map<String, Integer> loaded = Map.of();

    /** What the table says of a program on this kernel. */
    record Load(String name, String instructions) {
        String shortName() {
            return name.length() <= NAME_LENGTH ? name : name.substring(0, NAME_LENGTH);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Load> table() {
        String kernel = KERNELS.stream().filter(TextTable::isThis).findFirst().orElseThrow();
        int here = 1 + KERNELS.indexOf(kernel);
        return TextTable.read("loads.txt", 1 + KERNELS.size()).stream()
                .map(line -> new Load(line.column(0), line.column(here)))
                .toList();
    }

    /** Those of any kernel. */
    static List<String> names() {
        return table().stream().map(Load::name).toList();
    }

    static List<Load> loads() {
        return table().stream().filter(load -> !load.instructions().equals(ABSENT)).toList();
    }

    @BeforeAll
    static void load() {
        Agent.end();
        try (BpfObject object = KernelPrograms.open(Coverage.PODS)) {
            object.load();
            loaded =
                    Container.runFree(List.of("programs")).lines().stream()
                            .map(line -> line.split(" = ", -1))
                            .collect(
                                    Collectors.toMap(
                                            parts -> parts[0], parts -> Integer.valueOf(parts[1])));
        }
        System.out.println("instructions verified: " + loaded);
    }

    @ParameterizedTest
    @MethodSource("loads")
    void isLoaded(Load load) {
        assertThat(loaded).containsKey(load.shortName());
        assertThat(loaded.get(load.shortName()))
                .isBetween(1, MOST_INSTRUCTIONS)
                .isCloseTo(Integer.parseInt(load.instructions()), TOLERANCE);
    }

    @Test
    void noOtherIs() {
        assertThat(loaded.keySet())
                .isEqualTo(loads().stream().map(Load::shortName).collect(Collectors.toSet()));
    }

    @Test
    void refusalOfAProgramReachesTheUserInTheVerifiersOwnWords() {
        try (BpfObject object = KernelPrograms.open(Coverage.PODS)) {
            // Indexes could now point behind the automaton's end.
            object.setConstant("automaton_mask", 4 * RuleSetTable.CELLS - 1);

            assertThatExceptionOfType(BpfException.class)
                    .isThrownBy(object::load)
                    .withMessageContaining("loading the BPF programs")
                    .withMessageContaining("failed to load")
                    // 7.3 explains it in words of its own.
                    .withMessageMatching(
                            "(?s).*(invalid access to map value|stays within the object)"
                                    + ".*processed [0-9]+ insns.*");
        }
    }

    @Test
    void kernelOffersWhatTheAgentNeeds() {
        assertThat(KernelSupport.check()).allMatch(Finding::met);
    }
}
