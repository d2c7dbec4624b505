// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.layout.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the kernel programs' own limits did to the node, in sentences. */
final class Degradations {
    private Degradations() {}

    static List<String> of(Map<Statistic, Long> statistics) {
        List<String> sentences = new ArrayList<>();
        statistics.forEach((statistic, count) -> {
            String sentence = sentence(statistic);
            if (count > 0 && !sentence.isEmpty()) {
                sentences.add(count + " " + sentence);
            }
        });
        return sentences;
    }

    private static String sentence(Statistic statistic) {
        return switch (statistic) {
            case EVENTS_DROPPED -> "events were lost, as they came faster than they were read";
            case SCRATCH_EXHAUSTED -> "operations were refused for want of working memory";
            case PATH_RACED -> "operations were judged without their path, as it kept changing";
            case STATE_FAILED -> "operations or forks were refused for want of memory";
            case SUBJECTS_FULL -> "executables have no name in events, for want of room";
            case SCOPE_GONE -> "operations were refused in tasks of a container long gone";
            case NOT_HELD ->
                    "containers started before it was known which they are, and are judged by the"
                            + " strictest rules of their pod";
            case SIGNALS_REFUSED -> "signals of containers to the enforcer were refused";
            // What they count is as it should be.
            case EVENTS_SUPPRESSED, PATH_UNRESOLVED, HELD -> "";
        };
    }
}
