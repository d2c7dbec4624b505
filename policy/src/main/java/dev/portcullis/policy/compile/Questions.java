// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Answers each kind of question in each lane, given the rules that match. */
final class Questions {
    private final Entries entries;

    private final Map<QuestionKind, List<Entry>> defaults = new EnumMap<>(QuestionKind.class);

    Questions(Entries entries) {
        this.entries = entries;
        for (QuestionKind kind : QuestionKind.values()) {
            defaults.put(kind, section(kind).stream().filter(Entry::isDefault).toList());
        }
    }

    Entries entries() {
        return entries;
    }

    /**
     * The verdict on an operation.
     *
     * @param matching indices of the rules of its section whose pattern matches
     * @param without index of a rule or default to leave out, or {@link Ruling#NOBODY}
     */
    Ruling decide(QuestionKind kind, Lane lane, int[] matching, int without) {
        return decide(kind, lane, matching, without, Beside.NOTHING);
    }

    /** The same where something else decides as well, in the tier of the first policy. */
    Ruling decide(QuestionKind kind, Lane lane, int[] matching, int without, Beside beside) {
        if (kind == QuestionKind.READ_WRITE) {
            return decide(QuestionKind.READ, lane, matching, without, beside)
                    .stricter(decide(QuestionKind.WRITE, lane, matching, without, beside));
        }
        List<Entry> applying = new ArrayList<>();
        for (Entry entry : defaults.getOrDefault(kind, List.of())) {
            add(entry, kind, lane, without, applying);
        }
        for (int index : matching) {
            add(entries.all().get(index), kind, lane, without, applying);
        }
        beside.entry(entries.tier(), entries.all().size()).ifPresent(applying::add);
        return Precedence.decide(applying);
    }

    private static void add(
            Entry entry, QuestionKind kind, Lane lane, int without, List<Entry> applying) {
        if (entry.index() != without && speaksOf(entry, kind, lane)) {
            applying.add(entry);
        }
    }

    /** The verdict where the path cannot be told. */
    Ruling unresolved(QuestionKind kind, Lane lane) {
        return Precedence.unresolved(
                section(kind).stream().filter(entry -> speaksOf(entry, kind, lane)).toList());
    }

    List<Entry> section(QuestionKind kind) {
        return switch (kind) {
            case EXEC -> entries.process();
            case READ, WRITE, READ_WRITE -> entries.file();
            case EGRESS -> entries.network();
        };
    }

    /** Whether an entry of the right section speaks of a kind of question in a lane. */
    static boolean speaksOf(Entry entry, QuestionKind kind, Lane lane) {
        return (lane == Lane.AUDIT || entry.enforced())
                && (!(entry.rule() instanceof FileRule rule) || governs(rule, kind));
    }

    private static boolean governs(FileRule rule, QuestionKind kind) {
        return switch (kind) {
            case READ -> rule.access().contains(Access.READ);
            case WRITE -> rule.access().contains(Access.WRITE);
            default -> true;
        };
    }
}
