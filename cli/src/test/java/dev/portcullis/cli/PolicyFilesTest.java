// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.policy.InvalidPolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFilesTest {
    @TempDir private Path folder;

    private static String policy(String name) {
        return """
        apiVersion: portcullis.dev/v1alpha1
        kind: SecurityPolicy
        metadata: {name: %s}
        spec: {file: {rules: [{action: Block, paths: [/etc/shadow]}]}}
        """
                .formatted(name);
    }

    private Path write(String file, String text) throws IOException {
        return Files.writeString(folder.resolve(file), text);
    }

    @Test
    void theFilesOfAFolderComeInTheOrderOfTheirNames() throws Exception {
        write("20-b.yaml", policy("b"));
        write("10-c.yml", policy("c"));
        write("30-a.yaml", policy("a") + "---\n" + policy("a2"));
        assertThat(new PolicyFiles(folder).read())
                .extracting(sourced -> sourced.policy().metadata().name())
                .containsExactly("c", "b", "a", "a2");
    }

    @Test
    void hiddenFilesOtherFilesAndSubfoldersAreLeftOut() throws Exception {
        write(".hidden.yaml", "nonsense: [");
        write("notes.txt", "nonsense: [");
        write("web.yaml~", "nonsense: [");
        write("web.test.yaml", "policies: [web.yaml]");
        Files.createDirectory(folder.resolve("sub.yaml"));
        write("web.yaml", policy("web"));
        assertThat(new PolicyFiles(folder).read())
                .singleElement()
                .satisfies(sourced ->
                        assertThat(sourced.file())
                                .isEqualTo(folder.resolve("web.yaml").toString()));
    }

    @Test
    void aFileThatIsNamedIsReadWhateverItsName() throws Exception {
        Path file = write(".policy", policy("web"));
        assertThat(new PolicyFiles(file).read()).hasSize(1);
    }

    @Test
    void theProblemsOfAllFilesAreTold() throws IOException {
        Path first = write("a.yaml", policy("a").replace("Block", "Blok"));
        write("b.yaml", policy("b"));
        Path third = write("c.yaml", policy("c").replace("rules", "rulez"));
        InvalidPolicyException thrown =
                catchThrowableOfType(
                        InvalidPolicyException.class, () -> new PolicyFiles(folder).read());
        assertThat(thrown.problems())
                .extracting(problem -> problem.file() + ":" + problem.line())
                .containsExactly(first + ":4", third + ":4");
        assertThat(thrown.getMessage()).contains("Blok").contains("rulez");
    }

    @Test
    void aPlaceThatIsMissingIsNamed() {
        assertThatThrownBy(() -> new PolicyFiles(folder.resolve("no")).read())
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        folder.resolve("no")
                                + " does not exist; name a file of policies or a folder of them");
    }

    @Test
    void anEmptyFolderHasNoPolicies() throws Exception {
        assertThat(new PolicyFiles(folder).read()).isEmpty();
    }

    @Test
    void aFileIsWatchedInItsFolderAndAFolderItself() throws IOException {
        Path file = write("web.yaml", policy("web"));
        assertThat(new PolicyFiles(file).folder()).isEqualTo(folder);
        assertThat(new PolicyFiles(folder).folder()).isEqualTo(folder);
        assertThat(new PolicyFiles(Path.of("web.yaml")).folder())
                .isEqualTo(Path.of("").toAbsolutePath());
    }

    @Test
    void onlyChangesOfPoliciesConcernAFolder() {
        PolicyFiles files = new PolicyFiles(folder);
        assertThat(files.concerns(Path.of("web.yaml"))).isTrue();
        assertThat(files.concerns(Path.of("web.yml"))).isTrue();
        assertThat(files.concerns(Path.of("..data"))).as("a mounted ConfigMap").isTrue();
        assertThat(files.concerns(Path.of(".web.yaml.swp"))).isFalse();
        assertThat(files.concerns(Path.of("events.jsonl"))).isFalse();
    }

    @Test
    void onlyItsOwnChangesConcernAFile() throws IOException {
        PolicyFiles files = new PolicyFiles(write("web.yaml", policy("web")));
        assertThat(files.concerns(Path.of("web.yaml"))).isTrue();
        assertThat(files.concerns(Path.of("other.yaml"))).isFalse();
        assertThat(files.concerns(Path.of("events.jsonl"))).isFalse();
    }
}
