// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with one file. */
final class Problems {
    /** So many problems have one cause; the rest is counted only. */
    private static final int MAX = 100;

    private static final int MAX_TEXT = 500;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int omitted;

    Problems(String file) {
        this.file = file;
    }

    void add(Node node, String field, String message) {
        add(node.getStartMark(), field, message);
    }

    void add(Optional<Mark> mark, String field, String message) {
        add(
                mark.map(Mark::getLine).orElse(0) + 1,
                mark.map(Mark::getColumn).orElse(0) + 1,
                field,
                message);
    }

    void add(int line, int column, String field, String message) {
        if (found.size() < MAX) {
            found.add(new Problem(file, line, column, oneLine(field), oneLine(message)));
        } else {
            omitted++;
        }
    }

    void throwIfAny() throws InvalidPolicyException {
        if (found.isEmpty()) {
            return;
        }
        found.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (omitted > 0) {
            int line = found.getLast().line();
            found.add(new Problem(file, line, 1, "", omitted + " more problems; mend these first"));
        }
        throw new InvalidPolicyException(found);
    }

    /** Text of the author goes into messages; it must not break out of its line. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(MAX_TEXT)
                .forEach(c -> {
                    boolean shown =
                            switch (Character.getType(c)) {
                                case Character.CONTROL,
                                        Character.FORMAT,
                                        Character.SURROGATE,
                                        Character.LINE_SEPARATOR,
                                        Character.PARAGRAPH_SEPARATOR ->
                                        false;
                                default -> true;
                            };
                    line.append(shown ? Character.toString(c) : "\\u%04x".formatted(c));
                });
        return text.length() > MAX_TEXT ? line + "..." : line.toString();
    }
}
