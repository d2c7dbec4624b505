// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Made the corpus, and makes it again from another tree of files. Reads their names, one a line,
 * from standard input, and writes {@code paths.txt} and {@code globs.txt} into a folder:
 *
 * <pre>
 *   cat $(ls /var/lib/dpkg/info/*.list | grep -v google) |
 *       java CorpusGenerator.java policy/src/test/resources/corpus
 * </pre>
 *
 * The same names in any order give the same files. What packages bring is public and tells nothing
 * of the machine that has them.
 */
final class CorpusGenerator {
    private static final long SEED = 4;
    private static final int PATHS = 10_000;
    private static final int GLOBS = 1_000;
    private static final Pattern USABLE =
            Pattern.compile("/(usr|etc|var)(/[A-Za-z0-9._+:@,=-]+){2,9}");

    private final Random random = new Random(SEED);

    private CorpusGenerator() {}

    public static void main(String... arguments) throws IOException {
        Set<String> names;
        try (BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            names =
                    input.lines()
                            .filter(USABLE.asMatchPredicate())
                            .collect(Collectors.toCollection(TreeSet::new));
        }
        List<String> folders = names.stream().map(CorpusGenerator::folder).toList();
        folders.forEach(names::remove);
        new CorpusGenerator().generate(names, Path.of(arguments[0]));
    }

    private void generate(Set<String> names, Path folder) throws IOException {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, random);
        write(folder.resolve("paths.txt"), shuffled.subList(0, PATHS));
        Set<String> globs = new LinkedHashSet<>();
        for (int i = PATHS; globs.size() < GLOBS; i++) {
            globs.add(glob(shuffled.get(i)));
        }
        write(folder.resolve("globs.txt"), globs);
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static void write(Path file, Collection<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** A pattern that people would write and that matches the path; most begin with its folder. */
    private String glob(String path) {
        String folder = folder(path);
        String name = path.substring(folder.length() + 1);
        String ending = name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
        String top = path.substring(0, path.indexOf('/', path.indexOf('/', 1) + 1));
        String component = Path.of(path).getName(1 + random.nextInt(2)).toString();
        int choice = random.nextInt(50);
        if (choice < 14) {
            return folder + "/**";
        } else if (choice < 26) {
            return folder + "/*" + ending;
        } else if (choice < 32) {
            return folder + "/";
        } else if (choice < 39) {
            return folder + "/" + name.substring(0, (name.length() + 1) / 2) + "*";
        } else if (choice < 42) {
            return folder + "/{" + name + "," + name + ".bak}";
        } else if (choice < 46) {
            return path.replace("/" + component + "/", "/*/");
        } else if (choice < 48) {
            return path.replaceAll("[0-9]", "[0-9]");
        }
        return choice == 48 ? "/**/" + name : top + "/**/*" + ending;
    }
}
