// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.automaton.Split;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which bytes an example is rather made of, where several would do: such as people know. Of the
 * bytes of one class only the best is ever needed.
 */
final class ByteOrder {
    private static final int FIRST_OF_V4 = EgressQuestion.PORT - 4;

    private static final String USUAL_IN_PATHS =
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:+=,@%~";

    /** TCP to port 80 of a private network of either family. */
    private static final Map<Integer, List<Integer>> USUAL_IN_PEERS =
            Map.of(
                    EgressQuestion.PROTOCOL,
                    List.of(6, 17, 132, 1, 58),
                    EgressQuestion.ADDRESS,
                    List.of(0xfd),
                    FIRST_OF_V4,
                    List.of(10),
                    EgressQuestion.LENGTH - 1,
                    List.of(80));

    /** Port 80 of TCP on every address. */
    private static final Map<Integer, List<Integer>> USUAL_WHEN_LISTENING =
            Map.of(
                    EgressQuestion.PROTOCOL,
                    List.of(6, 17, 132, 1, 58),
                    EgressQuestion.LENGTH - 1,
                    List.of(80));

    private final List<int[]> byPosition = new ArrayList<>();
    private final int[] ascending;

    /** For questions of one kind, read by an automaton with these classes. */
    ByteOrder(QuestionKind kind, Split classes) {
        ascending = best(IntStream.empty(), classes);
        switch (kind) {
            case EXEC, MAP, READ, WRITE, READ_WRITE -> {
                IntStream usual =
                        IntStream.concat(USUAL_IN_PATHS.chars(), IntStream.rangeClosed('!', '~'));
                byPosition.add(best(usual, classes));
            }
            case EGRESS -> addEach(USUAL_IN_PEERS, classes);
            case LISTEN -> addEach(USUAL_WHEN_LISTENING, classes);
            case SOCKET, CAPABILITY, OPERATION -> byPosition.add(ascending);
        }
    }

    private void addEach(Map<Integer, List<Integer>> usual, Split classes) {
        for (int position = 0; position < EgressQuestion.LENGTH; position++) {
            List<Integer> first = usual.getOrDefault(position, List.of());
            byPosition.add(best(first.stream().mapToInt(Integer::intValue), classes));
        }
    }

    /** One byte of each class to go on with, the best first. */
    int[] behind(byte[] question) {
        int position = question.length;
        boolean inside = byPosition.size() > 1 && position == FIRST_OF_V4;
        return inside && question[EgressQuestion.FAMILY] == 6
                ? ascending
                : byPosition.get(Math.min(position, byPosition.size() - 1));
    }

    private static int[] best(IntStream usual, Split classes) {
        Map<Integer, Integer> ofClass = new LinkedHashMap<>();
        IntStream.concat(usual, IntStream.range(0, 256))
                .forEach(value -> ofClass.putIfAbsent(classes.group(value), value));
        return ofClass.values().stream().mapToInt(Integer::intValue).toArray();
    }
}
