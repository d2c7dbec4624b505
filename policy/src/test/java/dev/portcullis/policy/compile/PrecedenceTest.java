// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.Tier;
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
     * The two tables of docs/policy-language.md, and their ties. Entries apply in the order
     * written, {@code =} marks a default, {@code ^} the cluster tier; the verdict names the entry
     * by its place.
     *
     * @param row the row of the docs' tables that decides
     */
    @ParameterizedTest(name = "row {0}: {1} -> {2}")
    @CsvSource({
        "1, Kill, KILL 0",
        "1, Block Kill, KILL 1",
        "1, Allow Kill, KILL 1",
        "1, Audit Kill, KILL 1",
        "1, Audit Allow Block Kill, KILL 3",
        "1, Kill =Block, KILL 0",
        "1, Kill Kill, KILL 0",
        "2, Block, REFUSE 0",
        "2, Allow Block, REFUSE 1",
        "2, Audit Block, REFUSE 1",
        "2, Block =Kill, REFUSE 0",
        "2, Block Allow =Kill, REFUSE 0",
        "2, Block Block, REFUSE 0",
        "3, Allow, ALLOW",
        "3, Allow Audit, REPORT 1",
        "3, Audit Allow, REPORT 0",
        "3, Allow =Kill, ALLOW",
        "3, Allow =Block, ALLOW",
        "3, Allow =Audit, ALLOW",
        "3, Audit Allow =Block, REPORT 0",
        "4, =Kill, KILL 0",
        "4, =Block =Kill, KILL 1",
        "4, =Audit =Block =Kill, KILL 2",
        "4, Audit =Kill, KILL 1",
        "5, =Block, REFUSE 0",
        "5, =Audit =Block, REFUSE 1",
        "5, Audit =Block, REFUSE 1",
        "5, =Block =Block, REFUSE 0",
        "6, Audit, REPORT 0",
        "6, Audit =Audit, REPORT 0",
        "6, Audit Audit, REPORT 0",
        "7, =Audit, REPORT 0",
        "7, =Audit =Audit, REPORT 0",
        "8, '', ALLOW",
        "9, ^Kill Block, KILL 0",
        "9, ^Block Kill, KILL 1",
        "9, ^Kill Allow, KILL 0",
        "9, ^Allow Kill, KILL 1",
        "9, ^=Kill Allow, KILL 0",
        "9, ^Allow =Kill, KILL 1",
        "9, ^Kill Kill, KILL 0",
        "9, ^Allow ^=Kill =Kill, KILL 2",
        "9, ^Block =Kill, KILL 1",
        "10, ^Block Allow, REFUSE 0",
        "10, ^Allow Block, REFUSE 1",
        "10, ^=Block Allow, REFUSE 0",
        "10, ^Allow =Block, REFUSE 1",
        "10, ^Block Block, REFUSE 0",
        "10, ^=Block Block, REFUSE 0",
        "10, ^Audit =Block, REFUSE 1",
        "10, ^Allow ^=Block Allow ^Audit Block, REFUSE 4",
        "10, ^=Block ^Allow =Block, REFUSE 2",
        "11, ^Audit Allow, REPORT 0",
        "11, ^Allow Audit, REPORT 1",
        "11, ^=Audit Allow, REPORT 0",
        "11, ^Allow =Audit, REPORT 1",
        "11, ^Audit Audit, REPORT 0",
        "11, ^=Audit Audit, REPORT 0",
        "11, ^Allow ^=Audit =Audit, REPORT 2",
        "12, ^Allow, ALLOW",
        "12, ^Allow Allow, ALLOW",
        "12, ^Allow ^=Block Allow =Kill, ALLOW",
        "12, ^=Allow =Allow, ALLOW",
    })
    void theStricterWinsAndAnAllowBeatsDefaultsOfItsTierOnly(
            int row, String applying, String expected) {
        List<Entry> entries = new ArrayList<>();
        for (String text :
                applying.isEmpty() ? List.<String>of() : List.of(applying.split(" ", -1))) {
            boolean isDefault = text.contains("=");
            Tier tier = text.startsWith("^") ? Tier.CLUSTER : Tier.NAMESPACE;
            Action action = Action.valueOf(text.replaceAll("[\\^=]", "").toUpperCase(Locale.ROOT));
            entries.add(
                    new Entry(
                            entries.size(),
                            tier,
                            action,
                            true,
                            Section.empty(),
                            isDefault ? null : rule(action),
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
        assertThat(Precedence.decide(entries).verdict()).isEqualTo(verdict);
        Collections.reverse(entries);
        assertThat(Precedence.decide(entries).verdict()).as("in any order").isEqualTo(verdict);
    }

    private static ProcessRule rule(Action action) {
        return new ProcessRule(action, List.of("/x"), List.of(), List.of(), List.of(), false);
    }
}
