// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.event.v1alpha1.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of cases and the policies that it names, from two files beside this class.
 *
 * @param policies documents by {@code metadata.name}
 */
record ConformanceTable(Map<String, String> policies, List<ConformanceCase> cases) {
    private static final Pattern NAME = Pattern.compile("(?m)^metadata: \\{name: ([a-z0-9-]+)");
    private static final int COLUMNS = 7;

    /** Reads {@code NAME.txt} and {@code NAME-policies.yaml}. */
    static ConformanceTable read(String name) {
        return new ConformanceTable(
                policies(resource(name + "-policies.yaml")),
                TextTable.read(name + ".txt", COLUMNS).stream()
                        .map(ConformanceTable::parse)
                        .toList());
    }

    static String resource(String name) {
        try (InputStream in = ConformanceTable.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> policies(String text) {
        Map<String, String> policies = new LinkedHashMap<>();
        for (String document : text.split("(?m)^---\n", -1)) {
            Matcher name = NAME.matcher(document);
            if (!name.find() || policies.put(name.group(1), document) != null) {
                throw new IllegalArgumentException("a name of its own is missing in " + document);
            }
        }
        return policies;
    }

    private static ConformanceCase parse(TextTable.Line line) {
        String name = ConformanceCase.name(line.number());
        String[] columns =
                line.columns().stream()
                        .map(column -> column.replace("CASE", name))
                        .toArray(String[]::new);
        String[] answers = columns[3].split("/", -1);
        Optional<Verdict> verdict = Optional.empty();
        String rule = "";
        if (!columns[4].isEmpty()) {
            String[] words = columns[4].split(" +", -1);
            verdict = Optional.of(Verdict.valueOf(words[0]));
            rule = words[1].contains(":") ? words[1] : columns[1] + ":" + words[1];
        }
        boolean refused =
                verdict.filter(v -> v == Verdict.BLOCKED || v == Verdict.KILLED).isPresent();
        String freely = answers.length > 1 ? answers[1] : refused ? "ok" : answers[0];
        List<String> effects =
                columns[6].isEmpty() ? List.of() : List.of(columns[6].split(", *", -1));
        return new ConformanceCase(
                line.number(),
                columns[0],
                columns[1],
                List.of(columns[2].split(" +", -1)),
                answers[0],
                freely,
                verdict,
                rule,
                columns[5],
                effects);
    }

    /** The policies of a line in one text, of several documents. */
    String yaml(String names) {
        StringBuilder yaml = new StringBuilder();
        for (String name : names.split("\\+", -1)) {
            yaml.append("---\n")
                    .append(Objects.requireNonNull(policies.get(name), "no policy " + name));
        }
        return yaml.toString();
    }

    /** The lines that hold under the same policies. */
    List<ConformanceCase> under(String names) {
        return cases.stream().filter(line -> line.policies().equals(names)).toList();
    }

    /**
     * Whether a policy among these says Audit itself. Then the same in mode Audit throughout is
     * another question.
     */
    boolean isMixed(String names) {
        return yaml(names).contains("mode: Audit");
    }
}
