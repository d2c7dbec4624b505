// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Directories that get another name, and with them all that lies below. */
@KernelTest
class TreeTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";
    private static final String PROCESS_RULE = "spec.process.rules[0]";

    private final Workspace work = Workspace.create();

    private String path(String name) {
        return work.path(name).toString();
    }

    private String rename(String from, String to) {
        return "rename:%s,%s".formatted(path(from), path(to));
    }

    /** All names as they are meant to be before a container runs. */
    private void reset() {
        for (String name : List.of("a", "b", "elsewhere", "new")) {
            deleteTree(work.path(name));
        }
        work.file("a/keys/secret", "secret");
        work.file("a/other/f", "");
        work.program("a/bin/tool");
        work.directory("elsewhere");
        work.directory("new");
    }

    private static void deleteTree(Path top) {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> names = Files.walk(top)) {
            for (Path name : names.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Trial file(String fields, String... patterns) {
        return AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s']%s}]}"
                                .formatted(String.join("', '", patterns), fields))
                .before(this::reset);
    }

    @Test
    @Suite(Suite.BYPASS)
    void noAncestorOfAnExactPathIsRenamed() {
        for (String access : List.of("", ", access: [Read]", ", access: [Write]")) {
            Trial secret = file(access, path("a/keys/secret"));
            assertThat(secret.refuses(RULE, rename("a/keys", "a/k"), rename("a", "b")))
                    .extracting(event -> event.getPath())
                    .containsExactly(path("a/keys"), path("a"));
            secret.allows(rename("a/other", "a/o"), rename("a/o", "elsewhere/o"));
        }
    }

    @Test
    @Suite(Suite.BYPASS)
    void norIsOneExchanged() {
        Trial secret = file("", path("a/keys/secret"));
        secret.refuses(
                RULE,
                "exchange:%s,%s".formatted(path("new"), path("a/keys")),
                "exchange:%s,%s".formatted(path("a"), path("new")));
        secret.allows("exchange:%s,%s".formatted(path("new"), path("elsewhere")));
    }

    /** What comes under a rule by its new name is refused no less. */
    @Test
    void aDirectoryMayTakeANameThatIsRefusedMore() {
        Trial secret = file("", path("b/keys/secret"), "/**/none");
        secret.allows(rename("a", "b"));
    }

    @Test
    void patternsThatHoldInEveryDirectoryLetItBeRenamed() {
        file("", "/**/secret").allows(rename("a", "b"));
        file("", "/**/secret")
                .refuses(RULE, "+" + rename("a", "b"), "read:" + path("b/keys/secret"));
        file("", "/**/keys/secret").allows(rename("a", "b"));
        file("", "/**/keys/secret").refuses(RULE, rename("a/keys", "a/k"));
    }

    @Test
    void belowADirectoryThatHasAllItsDepthNamed() {
        Trial secrets = file(", access: [Read]", work.path("a") + "/**/secret");
        secrets.allows(rename("a/keys", "a/k"), rename("a/other", "a/o"));
        secrets.refuses(RULE, rename("a/keys", "elsewhere/k"));
    }

    @Test
    @Suite(Suite.BYPASS)
    void whatOneRuleKeepsAnotherDoesNotLetGo() {
        file("", "/**/secret", path("a/keys/secret")).refuses(RULE, rename("a", "b"));
    }

    @Test
    @Suite(Suite.BYPASS)
    void programsStayWhereTheyAreForbidden() {
        AGENT.trial("process: {rules: [{action: Block, paths: ['%s']}]}".formatted(path("a/bin/*")))
                .before(this::reset)
                .refuses(PROCESS_RULE, rename("a/bin", "a/b"), rename("a", "b"));
        AGENT.trial(
                        "process: {default: Block, rules: [{action: Allow, paths: ['%s']}]}"
                                .formatted(Workspace.ATTEMPT))
                .before(this::reset)
                .allows(rename("a", "b"));
    }

    @Test
    void aDirectoryMovesFreelyWithinAnAllowList() {
        Trial list =
                AGENT.trial(
                                """
                                file:
                                  default: Block
                                  rules:
                                  - {action: Allow, paths: ["%s", "%s/**", "/dev/**", "/proc/**"]}
                                """
                                        .formatted(Workspace.ATTEMPT, work.folder()))
                        .before(this::reset);
        list.allows(rename("a", "b"), rename("b/keys", "elsewhere/k"));
        Path outside = Workspace.create().folder();
        list.before(
                        () -> {
                            deleteTree(outside.resolve("a"));
                            reset();
                        })
                .refuses("spec.file.default", "rename:%s,%s/a".formatted(path("a"), outside));
    }
}
