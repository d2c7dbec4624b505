// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process in a container may change all it wants about itself: it stays judged by its rules. */
@ClusterTest
class IdentityTest {
    private static final List<String> TRIES =
            List.of(
                    "attempt exec:/forbidden",
                    "attempt unshare:mnt exec:/forbidden",
                    "attempt unshare:user+mnt exec:/forbidden",
                    "attempt unshare:pid child:1 exec:/forbidden",
                    "attempt orphan:1 exec:/forbidden",
                    "attempt chroot:/jail exec:/forbidden",
                    "attempt unshare:mnt chroot:/jail exec:/forbidden",
                    "unshare -m --propagation unchanged -p -f attempt exec:/forbidden");

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    private PolicyResource policy(String more) {
        return namespace
                .policy(
                        "none",
                        more
                                + """
                                process:
                                  rules:
                                  - {action: Block, paths: [/forbidden, /jail/forbidden]}
                                """)
                .awaitProgrammed();
    }

    @Test
    void unshareAndChrootChangeNothing() {
        PolicyResource policy = policy("");
        Pods pods = namespace.pods();
        pods.create(pods.pod("judged", Pods.JUDGED, privileged("main")));
        pods.create(pods.pod("twin", Pods.FREE, privileged("main")));
        pods.awaitRunning("judged");
        pods.awaitRunning("twin");

        Execution refused = pods.exec("judged", "sh", "-c", script()).succeeded();
        assertThat(answers(refused))
                .as(refused.toString())
                .hasSameSizeAs(TRIES)
                .allMatch("-1 EACCES (Permission denied)"::equals);
        Execution allowed = pods.exec("twin", "sh", "-c", script()).succeeded();
        assertThat(answers(allowed))
                .as(allowed.toString())
                .hasSameSizeAs(TRIES)
                .allMatch("exited 0"::equals);
        assertThat(Marks.of(namespace.name(), "judged")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isPositive();
        policy.counts("blocked", TRIES.size());
    }

    /** In a chroot the mark's file is not there; that it ran is in the exit status. */
    private static String script() {
        return "mkdir -p /jail/marks && cp /forbidden /jail/ && " + String.join("; ", TRIES);
    }

    /** How the executions ended, by the lines of {@code attempt}. */
    private static List<String> answers(Execution execution) {
        return execution
                .output()
                .lines()
                .filter(line -> line.startsWith("execve("))
                .map(line -> line.substring(line.indexOf(" = ") + 3))
                .toList();
    }

    /** Who enters another container's namespaces stays who it is, in both directions. */
    @Test
    void setnsChangesNothing() {
        policy("containers: [named]\n");
        Pods pods = namespace.pods();
        pods.create(shared(pods.pod("two", Pods.JUDGED, privileged("named"), privileged("other"))));
        pods.awaitRunning("two");

        Execution out = pods.execIn("two", "named", "sh", "-c", enter("other"));
        assertThat(out.status()).as(out.toString()).isEqualTo(126);
        assertThat(Marks.of(namespace.name(), "from-named")).isZero();
        Execution in = pods.execIn("two", "other", "sh", "-c", enter("named"));
        in.succeeded();
        assertThat(Marks.of(namespace.name(), "from-other")).isOne();
        // As itself, the container into which that one went is still judged.
        pods.execIn("two", "named", "/forbidden").refused();
        pods.execIn("two", "other", "/forbidden").succeeded();
    }

    /** Runs the forbidden program in the mount namespace of another container's first process. */
    private static String enter(String other) {
        return """
        for process in /proc/[0-9]*; do
          if tr '\\0' '\\n' <$process/environ 2>/dev/null | grep -qx NAME=%1$s &&
             tr '\\0' ' ' <$process/cmdline | grep -q 'while :'; then
            nsenter -t ${process#/proc/} -m /forbidden /marks/from-$NAME
            exit
          fi
        done
        echo no process of %1$s >&2
        exit 99
        """
                .formatted(other);
    }

    private static Container privileged(String name) {
        return new ContainerBuilder(Pods.container(name, Pods.SLEEP))
                .addNewEnv()
                .withName("NAME")
                .withValue(name)
                .endEnv()
                .withNewSecurityContext()
                .withPrivileged(true)
                .endSecurityContext()
                .build();
    }

    private static Pod shared(Pod pod) {
        return new PodBuilder(pod).editSpec().withShareProcessNamespace(true).endSpec().build();
    }
}
