// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.cli.ContainerProcess;
import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.RuleSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tries three things that a policy forbids, four times: in a container under the policy, in one
 * under the same policy in mode Audit, in a container under none, and on the host. Prints what was
 * tried, what the kernel answered, and the event, side by side. Exit status 0 only if all of it
 * came out as it should.
 */
public final class Demo {
    /**
     * The address that clouds give credentials at; here it is on this network namespace's own
     * loopback.
     */
    private static final String CREDENTIALS = "169.254.169.254";

    private static final int PORT = 80;

    /** How long an event may take to come, in seconds. */
    private static final int EVENT_SECONDS = 20;

    /** Most events kept; there should be six. */
    private static final int EVENTS = 100;

    private final Path attempt;
    private final Path dropped;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS);

    private Demo(Path attempt, Path dropped) {
        this.attempt = attempt;
        this.dropped = dropped;
    }

    /** Shows the policy in the file that is the one argument. */
    public static void main(String[] arguments) throws IOException, PolicyException {
        Path dropped = Path.of("/dev/shm/miner");
        run("ip", "link", "set", "lo", "up");
        run("ip", "address", "add", CREDENTIALS + "/32", "dev", "lo");
        Files.copy(Path.of("/bin/true"), dropped);
        try (ServerSocket server =
                new ServerSocket(PORT, EVENTS, InetAddress.getByName(CREDENTIALS))) {
            Demo demo = new Demo(Path.of("e2e/target/attempt"), dropped);
            System.exit(demo.show(Path.of(arguments[0])) ? 0 : 1);
        } finally {
            Files.delete(dropped);
        }
    }

    private boolean show(Path policy) throws IOException, PolicyException {
        String text = Files.readString(policy);
        int refused;
        int wouldBlock;
        int untouched = 0;
        try (Enforcer enforcer =
                Enforcer.start(
                        new EnforcerOptions(
                                EnforcerOptions.DEFAULT_PIN_FOLDER, Coverage.BOUND, events::add))) {
            Scope web = enforcer.addScope("web", compile(policy, text));
            Scope audited =
                    enforcer.addScope(
                            "web-audit",
                            compile(policy, text.replace("mode: Enforce", "mode: Audit")));
            System.out.printf("%n%s%n", text.strip());

            heading("In a container under this policy");
            refused = tell(container(Binding.to(enforcer, web)), "web", Verdict.BLOCKED);

            heading("In a container under the same policy with `mode: Audit`");
            wouldBlock =
                    tell(
                            container(Binding.to(enforcer, audited)),
                            "web-audit",
                            Verdict.WOULD_BLOCK);

            heading("In a second container, under no policy, at the same time");
            untouched += tellUntouched(container(Binding.NONE));

            heading("On the host, at the same time");
            untouched +=
                    tellUntouched(
                            output(
                                    new ProcessBuilder(attempts())
                                            .redirectErrorStream(true)
                                            .start()));
        }
        if (!events.isEmpty()) {
            System.out.println("events that nobody expected: " + events);
            untouched = 0;
        }
        System.out.printf(
                "%ndemo: %d refused, %d would-block, %d untouched%n",
                refused, wouldBlock, untouched);
        return refused == 3 && wouldBlock == 3 && untouched == 2;
    }

    private static RuleSet compile(Path file, String text) throws PolicyException {
        return new RuleSetCompiler()
                .compile(
                        PolicyParser.parse(file.toString(), text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> attempts() {
        return List.of(
                attempt.toAbsolutePath().toString(),
                "read:/etc/shadow",
                "exec:" + dropped,
                "tcp:" + CREDENTIALS + ":" + PORT);
    }

    private List<Answer> container(Binding binding) throws IOException {
        try (ContainerProcess container =
                ContainerProcess.start(
                        binding, attempts(), builder -> builder.redirectErrorStream(true))) {
            return output(container.process());
        }
    }

    private static List<Answer> output(Process process) throws IOException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.lines().map(Answer::parse).toList();
    }

    private static void heading(String text) {
        System.out.printf(
                "%n%s%n  %-48s %-31s %s%n", text, "tried", "the kernel answered", "event");
    }

    /**
     * Prints answers beside their events; returns how many came with the expected verdict, and fit
     * it.
     */
    private int tell(List<Answer> answers, String container, Verdict expected) {
        int right = 0;
        for (Answer answer : answers) {
            Event event = nextEvent();
            boolean fits =
                    event != null
                            && event.getContainer().getName().equals(container)
                            && event.getVerdict() == expected
                            && answer.refused() == (expected == Verdict.BLOCKED);
            right += fits ? 1 : 0;
            System.out.println(answer.beside(event == null ? "none came" : describe(event)));
        }
        return right;
    }

    /** Prints answers; returns 1 if all three operations were allowed. */
    private static int tellUntouched(List<Answer> answers) {
        answers.forEach(answer -> System.out.println(answer.beside("-")));
        return answers.size() == 3 && answers.stream().noneMatch(Answer::refused) ? 1 : 0;
    }

    private @Nullable Event nextEvent() {
        try {
            return events.poll(EVENT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static String describe(Event event) {
        String what =
                event.hasPeer()
                        ? event.getPeer().getAddress()
                                + ":"
                                + event.getPeer().getPort()
                                + "/"
                                + event.getPeer().getProtocol()
                        : event.getPath();
        return "%s %s %s, by %s %s"
                .formatted(
                        event.getVerdict(),
                        event.getOperation(),
                        what,
                        event.getRule().getPolicy(),
                        event.getRule().getField());
    }

    private static void run(String... command) throws IOException {
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** One line of the attempt program: {@code CALL = RESULT}. */
    private record Answer(String call, String result) {
        static Answer parse(String line) {
            int at = line.lastIndexOf(" = ");
            return at < 0
                    ? new Answer(line, "?")
                    : new Answer(line.substring(0, at), line.substring(at + 3));
        }

        boolean refused() {
            return !result.matches("[0-9]+|exited 0");
        }

        String beside(String event) {
            return "  %-48s %-31s %s".formatted(call, result, event);
        }
    }
}
