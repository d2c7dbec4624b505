// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The policies in a file, or in the {@code .yaml} and {@code .yml} files of a folder; files of
 * cases, {@code .test.yaml} and {@code .test.yml}, may lie beside them there.
 *
 * @param place the file or folder
 */
record PolicyFiles(Path place) {
    /**
     * The parser takes 1 MiB; one byte more is read, so that it can tell that a file is too long.
     */
    private static final int MAX_BYTES = (1 << 20) + 1;

    private static final Pattern POLICY_NAME = Pattern.compile("(?!\\.).*(?<!\\.test)\\.ya?ml");

    /**
     * Reads all of them.
     *
     * @throws InvalidPolicyException with the problems of every file
     * @throws BadInputException if there is nothing at the place, or it cannot be read
     */
    List<SourcedPolicy> read() throws InvalidPolicyException {
        return read(files());
    }

    /** Reads all of several places, as {@link #read()}. */
    static List<SourcedPolicy> readAll(List<Path> places) throws InvalidPolicyException {
        return read(
                places.stream().flatMap(place -> new PolicyFiles(place).files().stream()).toList());
    }

    private static List<SourcedPolicy> read(List<Path> files) throws InvalidPolicyException {
        List<SourcedPolicy> policies = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                policies.addAll(PolicyParser.parse(file.toString(), bytes(file)));
            } catch (InvalidPolicyException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidPolicyException(problems);
        }
        return policies;
    }

    boolean isFolder() {
        return Files.isDirectory(place);
    }

    /** The folder to watch for changes. */
    Path folder() {
        Path absolute = place.toAbsolutePath();
        Path parent = absolute.getParent();
        return isFolder() || parent == null ? absolute : parent;
    }

    /**
     * Whether a change of the file of that name in {@link #folder()} can change the policies. A
     * name that begins with two dots is of the folder that a mounted ConfigMap is swapped by.
     */
    boolean concerns(Path name) {
        return name.toString().startsWith("..")
                || (isFolder() ? isPolicyName(name) : name.equals(place.getFileName()));
    }

    private List<Path> files() {
        if (!Files.exists(place)) {
            throw new BadInputException(
                    place + " does not exist; name a file of policies or a folder of them");
        }
        if (!isFolder()) {
            return List.of(place);
        }
        try (Stream<Path> entries = Files.list(place)) {
            return entries.filter(PolicyFiles::isPolicy).sorted().toList();
        } catch (IOException e) {
            throw unreadable(place, e);
        } catch (UncheckedIOException e) {
            throw unreadable(place, e.getCause());
        }
    }

    private static BadInputException unreadable(Path place, IOException thrown) {
        return new BadInputException(
                "cannot read " + place + ": " + EnforcerException.reason(thrown));
    }

    private static boolean isPolicy(Path file) {
        return isPolicyName(file) && Files.isRegularFile(file);
    }

    private static boolean isPolicyName(Path file) {
        return POLICY_NAME.matcher(String.valueOf(file.getFileName())).matches();
    }

    /**
     * What a file holds, as far as a parser looks.
     *
     * @throws BadInputException if it cannot be read
     */
    static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
