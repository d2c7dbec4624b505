// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Scope;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opening files: which paths a rule names, and which accesses. */
@KernelTest
class FileTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();

    private static String specBlocking(Object path) {
        return """
        file:
          rules:
          - {action: Block, paths: ["%s"]}
        """
                .formatted(path);
    }

    private static Trial blocking(Object path) {
        return AGENT.trial(specBlocking(path));
    }

    private static Trial mayMount(Object path) {
        return AGENT.trial(
                specBlocking(path) + "system: {rules: [{action: Allow, operations: [Mount]}]}\n");
    }

    private static Trial readOnly(Object path) {
        return AGENT.trial(
                """
                file:
                  rules:
                  - {action: Block, paths: ["%s"], access: [Write]}
                """
                        .formatted(path));
    }

    @Test
    void literalPathIsRefusedForEveryAccess() {
        Path secret = work.file("secret", "secret");
        List<Event> events =
                blocking(secret)
                        .refuses(RULE, "read:" + secret, "write:" + secret, "rdwr:" + secret);
        assertThat(events)
                .extracting(Event::getOperation)
                .containsExactly(Operation.READ, Operation.WRITE, Operation.READ_WRITE);
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.getPath()).isEqualTo(secret.toString());
                    assertThat(event.getUnresolved()).isFalse();
                    assertThat(event.getProcess().getComm()).isEqualTo("attempt");
                    assertThat(event.getProcess().getSubject())
                            .isEqualTo(Workspace.ATTEMPT.toString());
                    assertThat(event.getProcess().getPid()).isPositive();
                    assertThat(event.getRule().getPolicy()).isEqualTo("test");
                    assertThat(event.getRule().getSource()).startsWith("test.yaml:");
                });
    }

    @Test
    void neighbourNamesAreNotMeant() {
        Path secret = work.file("secret", "secret");
        work.file("secretdir/f", "");
        blocking(secret)
                .allows(
                        "read:" + work.file("secret2", ""),
                        "read:" + work.file("secre", ""),
                        "read:" + work.file("Secret", ""),
                        "write:" + work.file("secretdir/secret", ""));
    }

    @Test
    void everythingBelowADirectoryIsRefusedAndTheDirectoryIsNot() {
        work.file("d/f", "f");
        work.file("d/e/f", "f");
        blocking(work.path("d") + "/**")
                .refuses(RULE, "read:" + work.path("d/f"), "write:" + work.path("d/e/f"));
        blocking(work.path("d") + "/**")
                .allows("read:" + work.path("d"), "read:" + work.file("d2/f", ""));
    }

    @Test
    void starMatchesWithinOneComponent() {
        work.file("a.key", "k");
        work.file("d/b.key", "k");
        blocking(work.folder() + "/*.key").refuses(RULE, "read:" + work.path("a.key"));
        blocking(work.folder() + "/*.key")
                .allows("read:" + work.path("d/b.key"), "read:" + work.file("a.keys", ""));
    }

    @Test
    void directoryWithSlashIsItselfAndItsChildren() {
        work.file("d/f", "f");
        work.file("d/e/f", "f");
        blocking(work.path("d") + "/")
                .refuses(RULE, "read:" + work.path("d"), "read:" + work.path("d/f"));
        blocking(work.path("d") + "/").allows("read:" + work.path("d/e/f"));
    }

    @Test
    void readOnlyFilesKeepTheirBytes() {
        Path file = work.file("d/f", "content");
        readOnly(work.path("d") + "/**")
                .before(() -> work.file("d/f", "content"))
                .refuses(RULE, "write:" + file);
        readOnly(work.path("d") + "/**")
                .before(() -> work.file("d/f", "content"))
                .refuses(RULE, "rdwr:" + file);
        readOnly(work.path("d") + "/**")
                .before(() -> work.file("d/f", "content"))
                .refuses(RULE, "create:" + file);
        readOnly(work.path("d") + "/**")
                .before(() -> work.file("d/f", "content"))
                .refuses(RULE, "trunc:" + file);
        readOnly(work.path("d") + "/**").allows("read:" + file, "read:" + work.path("d"));
    }

    @Test
    void creatingAFileIsRefusedAndNoneIsThere() {
        work.directory("d");
        List<Event> events =
                readOnly(work.path("d") + "/**")
                        .before(() -> work.delete("d/new"))
                        .refuses(RULE, "create:" + work.path("d/new"));
        assertThat(events.getFirst().getOperation()).isEqualTo(Operation.CREATE);
    }

    @Test
    void aFileThatMayBeMadeAndNotReadIsMadeToWriteOnly() {
        work.directory("d");
        AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s/**'], access: [Read]}]}"
                                .formatted(work.path("d")))
                .before(() -> work.delete("d/new"))
                .allows("create:" + work.path("d/new"));
    }

    @Test
    @Suite(Suite.BYPASS)
    void aFileWithoutANameIsRefusedByThatOfItsDirectory() {
        work.directory("d");
        readOnly(work.path("d") + "/**").refuses(RULE, "unnamed:" + work.path("d"));
        readOnly(work.path("e") + "/**").allows("unnamed:" + work.path("d"));
    }

    @Test
    void allowTakesAFileOutOfTheDefault() {
        Path open = work.file("open", "");
        Path shut = work.file("shut", "");
        Trial trial =
                AGENT.trial(
                        """
                        file:
                          default: Block
                          rules:
                          - {action: Allow, paths: ["%s", "%s"]}
                        """
                                .formatted(open, Workspace.ATTEMPT));
        trial.allows("read:" + open, "rdwr:" + open);
        trial.refuses("spec.file.default", "read:" + shut, "read:/etc/passwd", "read:/");
    }

    @Test
    void actionAuditReportsAndAllows() {
        Path file = work.file("f", "");
        Trial trial =
                AGENT.trial(
                        """
                        file:
                          rules:
                          - {action: Audit, paths: ["%s"]}
                        """
                                .formatted(file));
        trial.reports(RULE, "read:" + file, "write:" + file);
    }

    /** In the audit lane, where a second policy allows the file by a rule, there is no report. */
    @Test
    void reportNamesTheRuleOfTheLaneThatReports() {
        Path file = work.file("f", "");
        String enforced =
                """
                file:
                  default: Audit
                  rules:
                  - {action: Allow, paths: ["%s"]}
                """
                        .formatted(Workspace.ATTEMPT);
        String audited =
                """
                file:
                  rules:
                  - {action: Allow, paths: ["%s"]}
                """
                        .formatted(file);
        RuleSet both =
                Policies.compile(
                        Policies.yaml("Audit", audited).replace("name: test", "name: first")
                                + "---\n"
                                + Policies.yaml("Enforce", enforced));

        Trial.Observation observation = AGENT.trial(enforced).observe(both, "read:" + file);

        observation.succeeded();
        observation.isJudged("spec.file.default", Verdict.AUDITED, 1);
    }

    @Test
    void killEndsTheProcessAndRefuses() {
        Path file = work.file("f", "content");
        String spec =
                """
                file:
                  rules:
                  - {action: Kill, paths: ["%s"], access: [Write]}
                """
                        .formatted(file);
        Trial.Observation killed =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec),
                                "child:1",
                                "trunc:" + file,
                                "read:" + file);
        assertThat(killed.result().answers()).containsExactly("killed by SIGKILL", "ok");
        killed.isJudged(RULE, Verdict.KILLED, 1);
        assertThat(Workspace.read(file)).isEqualTo("content");

        Trial.Observation watched =
                AGENT.trial(spec)
                        .observe(Policies.audited(spec), "child:1", "read:" + file, "rdwr:" + file);
        watched.succeeded();
        watched.isJudged(RULE, Verdict.WOULD_KILL, 1);
    }

    @Test
    void symbolicLinkLeadsToTheRealPath() {
        Path secret = work.file("secret", "");
        Path link = work.path("link");
        List<Event> events =
                blocking(secret)
                        .before(() -> work.link("link", secret))
                        .refuses(RULE, "read:" + link);
        assertThat(events.getFirst().getPath()).isEqualTo(secret.toString());
        blocking(link).allows("read:" + link);
    }

    @Test
    @Suite(Suite.BYPASS)
    void threeHundredDirectoriesDeep() {
        String deep = "d" + "/x".repeat(300) + "/f";
        Path file = work.file(deep, "");
        List<Event> events = blocking(work.path("d") + "/**").refuses(RULE, "read:" + file);
        assertThat(events.getFirst().getPath()).isEqualTo(file.toString());
    }

    /** 20 directories of 250 bytes: no system call takes that path, but a file can have it. */
    @Test
    @Suite(Suite.BYPASS)
    void pathTooLongToBeToldIsRefusedWhereAPathRuleBlocks() {
        work.directory("d");
        List<Event> events =
                blocking("/some/other/file")
                        .before(() -> dig(work.path("d")))
                        .refuses(
                                RULE,
                                "+dig:%s,250,20".formatted(work.path("d")),
                                "read:.",
                                "create:leaf");
        assertThat(events).allMatch(Event::getUnresolved);
        AGENT.trial("network: {default: Block}")
                .allows("dig:%s,250,20".formatted(work.path("d")), "create:leaf", "read:leaf");
    }

    /** Under no policy: what is there already need not be made. */
    private static void dig(Path top) {
        Container.runFree(List.of("dig:%s,250,20".formatted(top)));
    }

    /** Nor is a directory made where its path could not be told. */
    @Test
    void directoriesEndWhereTheirPathCannotBeTold() {
        work.directory("d");
        String spec = specBlocking("/some/other/file");
        Trial.Observation seen =
                AGENT.trial(spec)
                        .observe(
                                Policies.enforced(spec), "dig:%s,250,20".formatted(work.path("d")));
        assertThat(seen.result().lines())
                .containsExactly("dig, directory 16 = -1 EACCES (Permission denied)");
        assertThat(seen.events()).singleElement().matches(Event::getUnresolved);
    }

    @Test
    @Suite(Suite.BYPASS)
    void longestPathIsStillTold() {
        String name = "n".repeat(250);
        Path top = work.directory("d");
        int directories = (4095 - top.toString().length()) / 251;
        int rest = 4095 - top.toString().length() - directories * 251 - 1;
        String leaf = "f".repeat(rest);
        List<Event> events =
                blocking(top + "/**/" + leaf)
                        .refuses(
                                RULE,
                                "+dig:%s,250,%d".formatted(top, directories),
                                "create:" + leaf);
        assertThat(events.getFirst().getPath())
                .isEqualTo(top + ("/" + name.replace('n', 'd')).repeat(directories) + "/" + leaf)
                .hasSize(4095);
    }

    @Test
    @Suite(Suite.BYPASS)
    void bindMountHasThePathOfItsMountPoint() {
        work.file("source/f", "");
        Path at = work.directory("at");
        String mount = "bind:%s,%s".formatted(work.path("source"), at);
        mayMount(at + "/**").refuses(RULE, "+" + mount, "read:" + at.resolve("f"));
        mayMount(at + "/**").allows(mount, "read:" + work.path("source/f"));
    }

    @Test
    @Suite(Suite.BYPASS)
    void filesOfATmpfsMountedInside() {
        Path at = work.directory("at");
        mayMount(at + "/d/**")
                .refuses(
                        RULE,
                        "+tmpfs:" + at,
                        "+mkdir:" + at + "/d",
                        "+create:" + at + "/f",
                        "+chdir:" + at + "/d",
                        "create:f");
    }

    @Test
    void chrootDoesNotForgeThePath() {
        Path secret = work.file("jail/etc/secret", "");
        List<Event> events =
                blocking(secret).refuses(RULE, "+chroot:" + work.path("jail"), "read:/etc/secret");
        assertThat(events.getFirst().getPath()).isEqualTo(secret.toString());
        // Nor does it bring in what a rule calls by the path that only the jail shows.
        blocking("/etc/secret").allows("chroot:" + work.path("jail"), "read:/etc/secret");
    }

    @Test
    void newMountNamespaceKeepsScopeAndPaths() {
        Path secret = work.file("secret", "");
        blocking(secret).refuses(RULE, "+unshare:mnt", "read:" + secret);
    }

    @Test
    void newUserAndMountNamespacesOfAnUnprivilegedUserKeepScopeAndPaths() {
        Path secret = work.file("secret", "");
        Path jail = work.directory("jail/etc");
        work.file("jail/etc/secret", "");
        List<Event> events =
                blocking(work.folder() + "/**/secret")
                        .refuses(
                                RULE,
                                "+setuid:1000",
                                "+unshare:user+mnt+pid",
                                "read:" + secret,
                                "+chroot:" + jail.getParent(),
                                "read:/etc/secret");
        assertThat(events)
                .extracting(Event::getPath)
                .containsExactly(secret.toString(), jail + "/secret");
        assertThat(events).allMatch(event -> event.getProcess().getUid() == 1000);
    }

    @Test
    void fileInADetachedTreeIsRefusedWhereAPathRuleBlocks() {
        work.file("d/f", "");
        List<Event> events =
                blocking("/some/other/file")
                        .refuses(RULE, "opentree:%s,f".formatted(work.path("d")));
        assertThat(events).allMatch(Event::getUnresolved);
    }

    @Test
    @Suite(Suite.BYPASS)
    void fileInALazilyUnmountedTreeIsRefusedWhereAPathRuleBlocks() {
        Path at = work.directory("at");
        List<Event> events =
                mayMount("/some/other/file")
                        .refuses(
                                RULE,
                                "+tmpfs:" + at,
                                "+create:" + at + "/f",
                                "+chdir:" + at,
                                "+umount:" + at,
                                "read:f");
        assertThat(events).allMatch(Event::getUnresolved);
    }

    @Test
    void fileOfAnOverlayIsJudgedOnce() {
        Path file = Path.of("/etc/hostname");
        List<Event> events = blocking(file).refuses(RULE, "read:" + file, "rdwr:" + file);
        assertThat(events).extracting(Event::getPath).containsOnly(file.toString());
        // Copy-up opens the layers beneath, which have no path in this namespace.
        blocking("/some/other/file")
                .allows("write:/etc/hosts", "read:/etc/hosts", "rdwr:/etc/hosts");
    }

    @Test
    void descriptorsPathCountsHoweverItIsOpened() {
        Path secret = work.file("secret", "");
        blocking(secret).refuses(RULE, "descriptor:" + secret);
    }

    @Test
    void deletedFileKeepsItsPath() {
        Path secret = work.path("secret");
        AGENT.trial(
                        "file: {rules: [{action: Block, paths: ['%s'], access: [Read]}]}"
                                .formatted(secret))
                .before(() -> work.file("secret", ""))
                .refuses(RULE, "deleted:" + secret);
    }

    @Test
    void pipesAndDevicesStayUsable() {
        blocking("/some/other/file")
                .allows("rdwr:/dev/null", "read:/proc/self/status", "read:/proc/self/fd/0");
    }

    @Test
    void pathsAreThoseOfTheContainersOwnRoot() throws InterruptedException {
        Path secret = work.file("root/etc/secret", "");
        work.file("root/etc/open", "");
        assertThat(inOwnRoot("/etc/secret", "read:/etc/secret", "read:/etc/open"))
                .containsExactly("EACCES", "ok");
        assertThat(inOwnRoot("/etc/*", "chroot:/etc", "read:/secret", "read:/open"))
                .containsExactly("ok", "EACCES", "EACCES");
        assertThat(inOwnRoot(secret, "read:/etc/secret")).containsExactly("ok");
    }

    private List<String> inOwnRoot(Object path, String... operations) throws InterruptedException {
        Scope scope = AGENT.scope(Policies.enforced(specBlocking(path)));
        return RootFileSystem.at(work, "root").run(AGENT.enforcer(), scope, operations).answers();
    }
}
