// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Answers each kind of question in each lane, given the rules that match. */
final class Questions {
    private final Entries entries;
    private final Subjects subjects;

    private final Map<QuestionKind, List<Entry>> defaults = new EnumMap<>(QuestionKind.class);

    private Questions(Entries entries, Subjects subjects) {
        this.entries = entries;
        this.subjects = subjects;
        for (QuestionKind kind : QuestionKind.values()) {
            // It depends on the sort of socket whether a default speaks of it, so it has to match.
            defaults.put(
                    kind,
                    kind == QuestionKind.SOCKET
                            ? List.of()
                            : section(kind).stream()
                                    .filter(entry -> entry.rule() == null)
                                    .toList());
        }
    }

    /** About all that these rules and defaults say. */
    static Questions of(Entries entries) {
        return new Questions(entries, Subjects.of(entries));
    }

    Entries entries() {
        return entries;
    }

    Subjects subjects() {
        return subjects;
    }

    /**
     * The verdict on an operation.
     *
     * @param matching indices of the rules of its section that match it
     * @param holds whether a rule holds for who does it
     * @param without index of a rule or default to leave out, or {@link Ruling#NOBODY}
     */
    Ruling decide(
            QuestionKind kind, Lane lane, int[] matching, Predicate<Entry> holds, int without) {
        return decide(kind, lane, matching, holds, without, Beside.NOTHING);
    }

    /** The same where something else decides as well, in the tier of the first policy. */
    Ruling decide(
            QuestionKind kind,
            Lane lane,
            int[] matching,
            Predicate<Entry> holds,
            int without,
            Beside beside) {
        if (kind == QuestionKind.READ_WRITE) {
            return decide(QuestionKind.READ, lane, matching, holds, without, beside)
                    .stricter(decide(QuestionKind.WRITE, lane, matching, holds, without, beside));
        }
        List<Entry> applying = new ArrayList<>();
        for (Entry entry : defaults.getOrDefault(kind, List.of())) {
            if (entry.index() != without && speaksOf(entry, kind, lane)) {
                applying.add(entry);
            }
        }
        for (int index : matching) {
            Entry entry = entries.all().get(index);
            if (index != without && speaksOf(entry, kind, lane) && holds.test(entry)) {
                applying.add(entry);
            }
        }
        beside.entry(entries.tier(), entries.all().size()).ifPresent(applying::add);
        return Precedence.decide(applying);
    }

    /** The verdict where the path cannot be told, and so not who owns the file either. */
    Ruling unresolved(QuestionKind kind, Lane lane, Applicant applicant) {
        Applicant stranger = new Applicant(applicant.known(), applicant.conditions(), false);
        return Precedence.unresolved(
                section(kind).stream()
                        .filter(entry -> speaksOf(entry, kind, lane))
                        .filter(entry -> subjects.applies(entry, stranger))
                        .toList());
    }

    private List<Entry> section(QuestionKind kind) {
        return entries.of(Domain.of(kind));
    }

    /** Whether an entry of the right section speaks of a kind of question in a lane. */
    static boolean speaksOf(Entry entry, QuestionKind kind, Lane lane) {
        return (lane == Lane.AUDIT || entry.enforced())
                && switch (entry.rule()) {
                    case null -> isDefaultFor(entry, kind);
                    case FileRule rule -> governs(rule, kind);
                    case NetworkRule rule -> governs(rule, kind);
                    default -> kind != QuestionKind.MAP || entry.action().refuses();
                };
    }

    private static boolean isDefaultFor(Entry entry, QuestionKind kind) {
        return switch (kind) {
            case MAP -> false;
            case LISTEN -> Sockets.listensIn(entry.section());
            case SOCKET -> !Sockets.namedIn(entry.section()).isEmpty();
            default -> true;
        };
    }

    private static boolean governs(FileRule rule, QuestionKind kind) {
        return switch (kind) {
            case READ -> rule.access().contains(Access.READ);
            case WRITE -> rule.access().contains(Access.WRITE);
            default -> true;
        };
    }

    private static boolean governs(NetworkRule rule, QuestionKind kind) {
        return switch (kind) {
            case EGRESS -> rule.direction() == Direction.EGRESS && Sockets.speaksOfAddresses(rule);
            case LISTEN -> rule.direction() == Direction.LISTEN;
            default -> !Sockets.namedBy(rule).isEmpty();
        };
    }
}
