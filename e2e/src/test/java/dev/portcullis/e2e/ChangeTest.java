// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes of files and of their names without an open: all of them are writes. */
@KernelTest
class ChangeTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();

    ChangeTest() {
        work.directory("kept");
        work.directory("free");
        work.file("kept/f", "kept");
        work.file("free/f", "free");
    }

    private Trial readOnly() {
        return rule("access: [Write]", work.path("kept") + "/**");
    }

    private static Trial rule(String fields, Object path) {
        return AGENT.trial(
                "file: {rules: [{action: Block, paths: ['%s'], %s}]}".formatted(path, fields));
    }

    private String kept(String name) {
        return work.path("kept/" + name).toString();
    }

    private String free(String name) {
        return work.path("free/" + name).toString();
    }

    /** Both folders as they are meant to be before a container runs. */
    private void reset() {
        for (String name : List.of("new", "dir", "link", "g")) {
            work.delete("kept/" + name);
            work.delete("free/" + name);
        }
        work.file("kept/f", "kept");
        work.file("free/f", "free");
    }

    private Event refused(Operation operation, String attempt) {
        Event event = readOnly().before(this::reset).refuses(RULE, attempt).getFirst();
        assertThat(event.getOperation()).isEqualTo(operation);
        return event;
    }

    private void allowed(String attempt) {
        reset();
        readOnly().before(this::reset).allows(attempt);
    }

    @Test
    void directoriesAreMadeAndDeleted() {
        assertThat(refused(Operation.MKDIR, "mkdir:" + kept("dir")).getPath())
                .isEqualTo(kept("dir"));
        allowed("mkdir:" + free("dir"));
        Event event =
                readOnly()
                        .before(() -> work.directory("kept/dir"))
                        .refuses(RULE, "rmdir:" + kept("dir"))
                        .getFirst();
        assertThat(event.getOperation()).isEqualTo(Operation.RMDIR);
        readOnly().before(() -> work.directory("free/dir")).allows("rmdir:" + free("dir"));
    }

    @Test
    void namesAreMadeAndDeleted() {
        refused(Operation.SYMLINK, "symlink:/etc/passwd," + kept("link"));
        allowed("symlink:%s,%s".formatted(kept("f"), free("link")));
        refused(Operation.CREATE, "mkfifo:" + kept("new"));
        allowed("mkfifo:" + free("new"));
        refused(Operation.UNLINK, "unlink:" + kept("f"));
        allowed("unlink:" + free("f"));
    }

    @Test
    void filesAreChangedByTheirName() {
        refused(Operation.TRUNCATE, "truncate:" + kept("f"));
        allowed("truncate:" + free("f"));
        refused(Operation.CHMOD, "chmod:" + kept("f"));
        allowed("chmod:" + free("f"));
        refused(Operation.CHOWN, "chown:" + kept("f"));
        allowed("chown:" + free("f"));
    }

    @Test
    void refusalLeavesTheFileAsItWas() throws IOException {
        refused(Operation.TRUNCATE, "truncate:" + kept("f"));
        reset();
        readOnly()
                .observe(
                        Policies.enforced(
                                "file: {rules: [{action: Block, paths: ['%s/**'], access: [Write]}]}"
                                        .formatted(work.path("kept"))),
                        "truncate:" + kept("f"),
                        "chmod:" + kept("f"),
                        "chown:" + kept("f"),
                        "unlink:" + kept("f"),
                        "rename:%s,%s".formatted(free("f"), kept("f")));
        assertThat(Workspace.read(work.path("kept/f"))).isEqualTo("kept");
        assertThat(Workspace.read(work.path("free/f"))).isEqualTo("free");
        assertThat(Files.getAttribute(work.path("kept/f"), "unix:mode")).isEqualTo(0100666);
        assertThat(Files.getAttribute(work.path("kept/f"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void renamingIsAWriteOfBothNames() {
        String out = "rename:%s,%s".formatted(kept("f"), free("g"));
        assertThat(refused(Operation.RENAME, out).getPath()).isEqualTo(kept("f"));
        String in = "rename:%s,%s".formatted(free("f"), kept("g"));
        assertThat(refused(Operation.RENAME, in).getPath()).isEqualTo(kept("g"));
        String over = "rename:%s,%s".formatted(free("f"), kept("f"));
        assertThat(refused(Operation.RENAME, over).getPath()).isEqualTo(kept("f"));
        refused(Operation.RENAME, "exchange:%s,%s".formatted(free("f"), kept("f")));
        allowed("rename:%s,%s".formatted(free("f"), free("g")));
    }

    @Test
    void linkingIsAWriteOfBothNames() {
        assertThat(refused(Operation.LINK, "link:%s,%s".formatted(kept("f"), free("g"))).getPath())
                .isEqualTo(kept("f"));
        refused(Operation.LINK, "link:%s,%s".formatted(free("f"), kept("g")));
        allowed("link:%s,%s".formatted(free("f"), free("g")));
    }

    /** By another name the file could be read; the bytes stay out of reach. */
    @Test
    void anUnreadableFileGetsNoReadableName() {
        Trial unreadable = rule("access: [Read]", work.path("kept") + "/**").before(this::reset);
        List<Event> events =
                unreadable.refuses(
                        RULE,
                        "link:%s,%s".formatted(kept("f"), free("g")),
                        "exchange:%s,%s".formatted(free("f"), kept("f")));
        assertThat(events).extracting(Event::getPath).containsOnly(kept("f"));
        unreadable.refuses(RULE, "rename:%s,%s".formatted(kept("f"), free("g")));
        unreadable.allows("rename:%s,%s".formatted(kept("f"), kept("g")));
        unreadable.allows("rename:%s,%s".formatted(free("f"), kept("g")));
    }

    @Test
    void aForbiddenProgramGetsNoOtherName() {
        Path tool = work.program("bin/tool");
        AGENT.trial("process: {rules: [{action: Block, paths: ['%s']}]}".formatted(tool))
                .before(() -> again(tool))
                .refuses(
                        "spec.process.rules[0]",
                        "link:%s,%s".formatted(tool, work.path("bin/other")));
        AGENT.trial(
                        """
                        process:
                          default: Block
                          rules:
                          - {action: Allow, paths: ["%s"]}
                        """
                                .formatted(Workspace.ATTEMPT))
                .before(() -> again(tool))
                .allows("rename:%s,%s".formatted(tool, work.path("bin/other")));
    }

    private void again(Path tool) {
        try {
            Files.deleteIfExists(tool);
            Files.deleteIfExists(tool.resolveSibling("other"));
            work.program("bin/tool");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void killEndsTheProcessBeforeItsChange() {
        AGENT.trial(
                        "file: {rules: [{action: Kill, paths: ['%s/**'], access: [Write]}]}"
                                .formatted(work.path("kept")))
                .before(this::reset)
                .observe(
                        Policies.enforced(
                                "file: {rules: [{action: Kill, paths: ['%s/**'], access: [Write]}]}"
                                        .formatted(work.path("kept"))),
                        "child:1",
                        "unlink:" + kept("f"))
                .isJudged(RULE, Verdict.KILLED, 1);
        assertThat(Workspace.read(work.path("kept/f"))).isEqualTo("kept");
    }
}
