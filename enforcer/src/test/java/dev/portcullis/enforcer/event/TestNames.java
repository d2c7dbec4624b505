// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names for the numbers of {@link EventRecord}. */
final class TestNames implements EventDecoder.Names {
    static final RuleSet RULES =
            new RuleSet(
                    "cafe",
                    new int[Cell.CLASS_CELLS],
                    1,
                    Starts.forAnybody(
                            new int[QuestionKind.values().length],
                            new int[QuestionKind.values().length * Lane.values().length]),
                    List.of(
                            new RuleInfo(
                                    "web",
                                    "shop",
                                    "spec.file.rules[0]",
                                    "web.yaml:7",
                                    "Block",
                                    7,
                                    "not for you",
                                    Map.of("team", "red"))));

    @Override
    public Container scope(int scope) {
        return Container.newBuilder().setName("scope " + scope).build();
    }

    @Override
    public @Nullable RuleSet ruleSet(int number) {
        return number == 5 ? RULES : null;
    }

    @Override
    public String subject(long id) {
        return id == 77 ? "/usr/bin/curl" : "";
    }
}
