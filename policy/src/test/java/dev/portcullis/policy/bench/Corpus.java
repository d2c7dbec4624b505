// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What compiling is measured on: 10,000 paths of files and 1,000 patterns, each in a rule of its
 * own, in 100 policies of 110 rules. Of the policies a quarter are dry runs; of the rules a fifth
 * govern writing only. {@link CorpusGenerator} made the files.
 */
final class Corpus {
    static final int POLICIES = 100;

    private static final long SEED = 4;
    private static final Action[] ACTIONS = {
        Action.BLOCK, Action.BLOCK, Action.BLOCK, Action.ALLOW, Action.KILL, Action.AUDIT
    };

    private final List<String> paths = lines("paths.txt");
    private final List<String> globs = lines("globs.txt");

    /** The literal paths. */
    List<String> paths() {
        return paths;
    }

    int rules() {
        return paths.size() + globs.size();
    }

    /** All policies, always the same. */
    List<SourcedPolicy> policies() {
        List<SourcedPolicy> policies = new ArrayList<>();
        for (int i = 0; i < POLICIES; i++) {
            policies.add(policy(i));
        }
        return policies;
    }

    private SourcedPolicy policy(int number) {
        Random random = new Random(SEED + number);
        List<String> patterns = new ArrayList<>(share(paths, number));
        patterns.addAll(share(globs, number));
        StringBuilder process = new StringBuilder();
        StringBuilder file = new StringBuilder();
        for (String pattern : patterns) {
            Action action = ACTIONS[random.nextInt(ACTIONS.length)];
            String rule = "{action: %s, paths: ['%s']".formatted(action.text(), pattern);
            if (pattern.contains("bin/") || pattern.contains("libexec/")) {
                process.append(rule).append("},\n");
            } else {
                String access =
                        random.nextInt(5) == 0
                                ? ", access: [%s]},\n".formatted(Access.WRITE.text())
                                : "},\n";
                file.append(rule).append(access);
            }
        }
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: p%03d, namespace: bench}
                spec:
                  mode: %s
                  process: {rules: [
                %s]}
                  file: {rules: [
                %s]}
                """
                        .formatted(number, number % 4 == 3 ? "Audit" : "Enforce", process, file);
        try {
            return PolicyParser.parse(
                            "p%03d.yaml".formatted(number), yaml.getBytes(StandardCharsets.UTF_8))
                    .getFirst();
        } catch (InvalidPolicyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> share(List<String> all, int number) {
        int size = all.size() / POLICIES;
        return all.subList(number * size, (number + 1) * size);
    }

    private static List<String> lines(String name) {
        try (InputStream file = Corpus.class.getResourceAsStream("/corpus/" + name)) {
            if (file == null) {
                throw new IllegalStateException("no corpus/" + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
