// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portcullis run}: enforcement without a cluster. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Enforces policies from files, without a cluster.",
            "With a command: runs it in mount and PID namespaces of its own, under the policies.",
            "Without one: enforces on every container of this machine until interrupted.",
            "Policies are read again when they change; a mistake in them is told, and changes nothing."
        },
        footer = {
            "",
            "Exit status: the command's; 1 if enforcement is not possible here; 2 if the input is wrong."
        })
final class RunCommand implements Callable<Integer> {
    @Option(
            names = "--policy",
            required = true,
            paramLabel = "PATH",
            description =
                    "A file of SecurityPolicies and ClusterSecurityPolicies, or a folder of such files"
                            + " (*.yaml, *.yml).")
    private Path policy = Path.of("");

    @Mixin private PodOptions pod = new PodOptions();

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description =
                    "Append events to this file. Otherwise they go to standard error with a command, and to"
                            + " standard output without one.")
    private @Nullable Path events;

    @Option(
            names = "--pins",
            paramLabel = "FOLDER",
            description = "The agent's folder on the BPF file system.")
    private Path pins = EnforcerOptions.DEFAULT_PIN_FOLDER;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = List.of();

    @Spec private @Nullable CommandSpec spec;

    private volatile @Nullable ContainerProcess running;

    @Override
    public Integer call() throws PolicyException {
        PolicyFiles files = new PolicyFiles(policy);
        PodIdentity identity = identity();
        // Before anything else, and before a virtual machine is started: a mistake here is the most
        // likely one.
        RuleSet rules = compile(identity, files.read());
        VirtualMachine machine = VirtualMachine.ifNeeded();
        if (machine != null) {
            return machine.run(spec);
        }
        try (EventPrinter printer = printer();
                Enforcer enforcer =
                        Enforcer.start(
                                new EnforcerOptions(
                                        pins,
                                        command.isEmpty() ? Coverage.CONTAINERS : Coverage.BOUND,
                                        printer))) {
            return enforce(enforcer, files, identity, rules);
        }
    }

    private EventPrinter printer() {
        return EventPrinter.to(events, command.isEmpty() ? System.out : System.err);
    }

    private PodIdentity identity() {
        if (command.isEmpty()) {
            if (pod.given()) {
                throw new BadInputException(
                        "--label, --namespace and --container describe a command; give one after --");
            }
            return PodIdentity.outsideCluster(null, Map.of(), "");
        }
        return pod.identity(Map.of());
    }

    private RuleSet compile(PodIdentity identity, List<SourcedPolicy> all) throws PolicyException {
        List<SourcedPolicy> selected = identity.selectTelling(all, command.isEmpty());
        if (selected.isEmpty() && !command.isEmpty()) {
            throw new BadInputException(
                    "no policy in "
                            + policy
                            + " applies to the command, so nothing would be"
                            + " enforced; see --label, --namespace and --container");
        }
        return new RuleSetCompiler().compile(selected);
    }

    private int enforce(Enforcer enforcer, PolicyFiles files, PodIdentity identity, RuleSet rules) {
        Scope scope;
        if (command.isEmpty()) {
            scope = enforcer.containers();
            enforcer.replace(scope, rules);
        } else {
            scope = enforcer.addScope(command.getFirst(), rules);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(enforcer), "closer"));
        try (PolicyWatch watch =
                PolicyWatch.start(
                        files.folder(),
                        files::concerns,
                        () -> reload(enforcer, scope, files, identity))) {
            int status = command.isEmpty() ? waitForever() : runCommand(enforcer, scope);
            tellLosses(enforcer);
            return status;
        }
    }

    private int runCommand(Enforcer enforcer, Scope scope) {
        try (ContainerProcess process =
                ContainerProcess.start(
                        ContainerProcess.Binding.to(enforcer, scope),
                        command,
                        ProcessBuilder::inheritIO)) {
            running = process;
            return process.waitFor();
        }
    }

    /** On a signal: the command must not go on without its policies. */
    private void shutDown(Enforcer enforcer) {
        ContainerProcess process = running;
        if (process != null) {
            process.process().destroyForcibly().onExit().join();
        }
        enforcer.close();
    }

    private int waitForever() {
        Main.say(
                "enforcing "
                        + policy
                        + " on every container of this machine; events follow, one a line");
        try {
            new CountDownLatch(1).await(); // until a signal ends the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void reload(Enforcer enforcer, Scope scope, PolicyFiles files, PodIdentity identity) {
        try {
            RuleSet rules = compile(identity, files.read());
            enforcer.replace(scope, rules);
            Main.say("policies read again, %d rules now".formatted(rules.rules().size()));
        } catch (PolicyException | BadInputException | BpfException | EnforcerException e) {
            System.err.println(e.getMessage());
            Main.say("nothing was changed: what was enforced before still is");
        }
    }

    private static void tellLosses(Enforcer enforcer) {
        Map<Statistic, Long> statistics = enforcer.statistics();
        statistics.forEach((statistic, count) -> {
            if (count > 0 && statistic != Statistic.PATH_UNRESOLVED) {
                Main.say(
                        statistic.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + count);
            }
        });
        if (enforcer.eventsFailed() > 0) {
            Main.say("events not written: " + enforcer.eventsFailed());
        }
    }
}
