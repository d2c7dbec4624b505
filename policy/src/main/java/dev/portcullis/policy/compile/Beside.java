// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What else decides in the tier of a policy.
 *
 * <p>In a tier a policy says one of: Kill, Block, Allow, Allow and report, or nothing but perhaps a
 * report and a default. Whatever other policies say, two that decide alike in each of these
 * companies can stand for each other, because no two of those words do.
 */
public enum Beside {
    /** No other policy. */
    NOTHING,

    /** A rule that allows everything; the defaults do not count. */
    ALLOW_RULE,

    /** A default that refuses. */
    BLOCK_DEFAULT;

    /** What it names is not asked. */
    private static final ProcessRule EVERYTHING =
            new ProcessRule(Action.ALLOW, List.of(), List.of(), List.of(), List.of(), false);

    private static final Section<?> NOTHING_ELSE = new Section<>(Action.ALLOW, List.of());

    /** No event tells of it. */
    private static final RuleInfo INFO = new RuleInfo("", "", "", "", "", 0, "", Map.of());

    /** What this adds to what applies, behind all of it. */
    Optional<Entry> entry(Tier tier, int index) {
        return switch (this) {
            case NOTHING -> Optional.empty();
            case ALLOW_RULE ->
                    Optional.of(
                            new Entry(
                                    index,
                                    tier,
                                    Action.ALLOW,
                                    true,
                                    NOTHING_ELSE,
                                    EVERYTHING,
                                    INFO));
            case BLOCK_DEFAULT ->
                    Optional.of(
                            new Entry(index, tier, Action.BLOCK, true, NOTHING_ELSE, null, INFO));
        };
    }
}
