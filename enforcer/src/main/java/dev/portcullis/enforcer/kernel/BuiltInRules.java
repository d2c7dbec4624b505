// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.List;
import java.util.Map;

/** Rule sets that no policy has to be written for. */
public final class BuiltInRules {
    private static final int KINDS = QuestionKind.values().length;
    private static final int LANES = Lane.values().length;

    /** The rule set that refuses nothing. */
    public static final RuleSet NONE =
            new RuleSet(
                    "0".repeat(64),
                    new int[Cell.CLASS_CELLS],
                    1,
                    Starts.forAnybody(new int[KINDS], new int[KINDS * LANES]),
                    List.of());

    /**
     * The rule set of a pod's sandbox, which runs one program for as long as the pod lives and has
     * no business running another. Its first is let through by the kernel programs.
     */
    public static final RuleSet SANDBOX = sandbox();

    private BuiltInRules() {}

    /** Stands for a rule set in the kernel of which this agent knows no more than the id. */
    public static RuleSet lost(String id) {
        return new RuleSet(
                id,
                new int[Cell.CLASS_CELLS],
                1,
                Starts.forAnybody(new int[KINDS], new int[KINDS * LANES]),
                List.of());
    }

    private static RuleSet sandbox() {
        int refuse = Verdict.of(Verdict.REFUSE, 0);
        // one byte class, and one state that refuses and stays
        int verdicts = Cell.CLASS_CELLS;
        int state = verdicts + LANES;
        int[] cells = new int[state + Cell.columns(1)];
        int[] unresolved = new int[KINDS * LANES];
        for (Lane lane : Lane.values()) {
            cells[verdicts + lane.ordinal()] = refuse;
            unresolved[QuestionKind.EXEC.ordinal() * LANES + lane.ordinal()] = refuse;
        }
        cells[state + Cell.HEAD] = Cell.of(Cell.HEAD, state);
        cells[state + Cell.END] = Cell.of(Cell.END, verdicts);
        cells[state + Cell.FIRST_CLASS] = Cell.of(Cell.FIRST_CLASS, state);
        int[] starts = new int[KINDS];
        starts[QuestionKind.EXEC.ordinal()] = state;
        RuleInfo rule =
                new RuleInfo(
                        "portcullis-sandbox",
                        "",
                        "process.default",
                        "",
                        "Block",
                        0,
                        "a pod's sandbox runs its entrypoint and nothing else",
                        Map.of());
        // Not the hash of anything: a name, which changes when the meaning does.
        return new RuleSet(
                "5a".repeat(31) + "01",
                cells,
                1,
                Starts.forAnybody(starts, unresolved),
                List.of(rule));
    }
}
