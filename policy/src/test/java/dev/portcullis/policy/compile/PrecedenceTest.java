// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecedenceTest {
    /**
     * The table of docs/policy-language.md, and its ties. Entries apply in the order written,
     * {@code =} marks a default; the verdict names the entry by its place.
     */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "'', ALLOW",
        "Kill, KILL 0",
        "Block, REFUSE 0",
        "Allow, ALLOW",
        "Audit, REPORT 0",
        "Block Kill, KILL 1",
        "Allow Kill, KILL 1",
        "Audit Kill, KILL 1",
        "Allow Block, REFUSE 1",
        "Audit Block, REFUSE 1",
        "Allow Audit, REPORT 1",
        "Audit Allow, REPORT 0",
        "Audit Allow Block Kill, KILL 3",
        "=Kill, KILL 0",
        "=Block, REFUSE 0",
        "=Audit, REPORT 0",
        "=Block =Kill, KILL 1",
        "=Audit =Block, REFUSE 1",
        "=Audit =Block =Kill, KILL 2",
        "Allow =Kill, ALLOW",
        "Allow =Block, ALLOW",
        "Allow =Audit, ALLOW",
        "Audit =Block, REFUSE 1",
        "Audit =Kill, KILL 1",
        "Audit =Audit, REPORT 0",
        "Audit Allow =Block, REPORT 0",
        "Block =Kill, REFUSE 0",
        "Block Allow =Kill, REFUSE 0",
        "Kill =Block, KILL 0",
        "Kill Kill, KILL 0",
        "Block Block, REFUSE 0",
        "Audit Audit, REPORT 0",
        "=Block =Block, REFUSE 0",
        "=Audit =Audit, REPORT 0",
    })
    void theStricterWinsAndAnAllowBeatsDefaultsOnly(String applying, String expected) {
        List<Entry> entries = new ArrayList<>();
        for (String text :
                applying.isEmpty() ? List.<String>of() : List.of(applying.split(" ", -1))) {
            boolean isDefault = text.startsWith("=");
            Action action = Action.valueOf(text.replace("=", "").toUpperCase(Locale.ROOT));
            entries.add(
                    new Entry(
                            entries.size(),
                            action,
                            true,
                            isDefault ? null : new ProcessRule(action, List.of("/x")),
                            new RuleInfo("p", "n", "f", "", text, 0, "", Map.of())));
        }
        String[] words = expected.split(" ", -1);
        int flags =
                switch (words[0]) {
                    case "KILL" -> Verdict.REFUSE | Verdict.KILL;
                    case "REFUSE" -> Verdict.REFUSE;
                    case "REPORT" -> Verdict.REPORT;
                    default -> 0;
                };
        int verdict = flags == 0 ? Verdict.ALLOW : Verdict.of(flags, Integer.parseInt(words[1]));
        assertThat(Precedence.decide(entries)).isEqualTo(verdict);
        Collections.reverse(entries);
        assertThat(Precedence.decide(entries)).as("in any order").isEqualTo(verdict);
    }
}
