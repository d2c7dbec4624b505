// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policy language against the kernel, line by line of {@code conformance.txt}. */
@KernelTest
@Suite(Suite.CONFORMANCE)
class ConformanceTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final ConformanceTable TABLE = ConformanceTable.read("conformance");
    private static final ConformanceTrial TRIAL = new ConformanceTrial(AGENT, TABLE);

    static List<ConformanceCase> lines() {
        return TABLE.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void conforms(ConformanceCase line) {
        TRIAL.check(line);
    }
}
