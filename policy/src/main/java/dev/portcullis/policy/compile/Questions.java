// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Answers each kind of question in each lane, given the rules that match. */
final class Questions {
    private final Entries entries;

    Questions(Entries entries) {
        this.entries = entries;
    }

    Entries entries() {
        return entries;
    }

    /**
     * The verdict on an operation.
     *
     * @param matching ascending indices of the rules whose pattern matches
     * @param without index of a rule or default to leave out, or {@link Ruling#NOBODY}
     */
    Ruling decide(QuestionKind kind, Lane lane, int[] matching, int without) {
        if (kind == QuestionKind.READ_WRITE) {
            return decide(QuestionKind.READ, lane, matching, without)
                    .stricter(decide(QuestionKind.WRITE, lane, matching, without));
        }
        List<Entry> applying = new ArrayList<>();
        for (Entry entry : governing(kind, lane)) {
            if (entry.index() != without
                    && (entry.isDefault() || Arrays.binarySearch(matching, entry.index()) >= 0)) {
                applying.add(entry);
            }
        }
        return Precedence.decide(applying);
    }

    /** The verdict where the path cannot be told. */
    Ruling unresolved(QuestionKind kind, Lane lane) {
        return Precedence.unresolved(governing(kind, lane));
    }

    /** The rules and defaults that speak of a kind of question in a lane. */
    private List<Entry> governing(QuestionKind kind, Lane lane) {
        List<Entry> section =
                switch (kind) {
                    case EXEC -> entries.process();
                    case READ, WRITE, READ_WRITE -> entries.file();
                    case EGRESS -> entries.network();
                };
        return section.stream()
                .filter(entry -> lane == Lane.AUDIT || entry.enforced())
                .filter(entry -> !(entry.rule() instanceof FileRule rule) || governs(rule, kind))
                .toList();
    }

    private static boolean governs(FileRule rule, QuestionKind kind) {
        return switch (kind) {
            case READ -> rule.access().contains(Access.READ);
            case WRITE -> rule.access().contains(Access.WRITE);
            default -> true;
        };
    }
}
