// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.kernel.BpfObject;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What operations cost, in instructions, under what: run by {@code e2e/cost-bench} in a virtual
 * machine that counts them. The same rules, about other things than are tried, are given to
 * AppArmor.
 */
public final class CostBench {
    /** On a tmpfs of its own, one component long. */
    private static final Path FOLDER = Path.of("/portcullis-cost");

    private static final int FEW = 10;
    private static final int MANY = 10_000;

    private final List<String> command;
    private final List<String> lines = new ArrayList<>();

    private CostBench(String measure, String now) {
        command = List.of(measure, now, FOLDER.toString());
    }

    /**
     * Takes the program to measure with and what that is to execute, the object with empty
     * programs, AppArmor's parser, and the file to write: lines of an operation, what it was done
     * under, and instructions.
     */
    public static void main(String... arguments) throws IOException {
        CostBench bench = new CostBench(arguments[0], arguments[1]);
        Files.createDirectories(FOLDER);
        output(List.of("mount", "-t", "tmpfs", "none", FOLDER.toString()));
        bench.measureHere("no program", List.of());
        for (int rules : new int[] {FEW, MANY}) {
            bench.underAppArmor(Path.of(arguments[3]), rules);
        }
        bench.withEmptyPrograms(Files.readAllBytes(Path.of(arguments[2])));
        bench.withTheAgent();
        Files.write(Path.of(arguments[4]), bench.lines);
    }

    private void underAppArmor(Path parser, int rules) throws IOException {
        String name = "portcullis-cost-" + rules;
        String profile =
                "profile %s flags=(attach_disconnected) {\n".formatted(name)
                        + "file, network, capability, signal, unix,\n"
                        + IntStream.range(0, rules)
                                .mapToObj(CostBench::inAppArmor)
                                .collect(Collectors.joining())
                        + "}\n";
        Path file = Files.writeString(FOLDER.resolve("profile"), profile);
        output(List.of(parser.toString(), "--skip-cache", "--add", file.toString()));
        measureHere("AppArmor, %d rules".formatted(rules), List.of(name));
    }

    private void withEmptyPrograms(byte[] image) {
        try (BpfObject object = BpfObject.open(image)) {
            try (BpfObject ours = KernelPrograms.open(Coverage.BOUND)) {
                Set<String> hooks = new TreeSet<>(ours.hooks());
                object.leaveOut(
                        object.hooks().stream().filter(hook -> !hooks.contains(hook)).toList());
                if (!hooks.equals(new TreeSet<>(object.hooks()))) {
                    throw new IllegalStateException("the empty programs are not those of " + hooks);
                }
            }
            object.load();
            object.attach();
            measureHere("empty programs", List.of());
            object.detach();
        }
    }

    private void withTheAgent() {
        EnforcerOptions options =
                new EnforcerOptions(
                        EnforcerOptions.DEFAULT_PIN_FOLDER, Coverage.BOUND, event -> {});
        try (Enforcer enforcer = Enforcer.start(options)) {
            measureHere("out of scope", List.of());
            for (int rules : new int[] {FEW, MANY}) {
                String name = "in a scope, %d rules".formatted(rules);
                Scope scope = enforcer.addScope(name, Policies.enforced(policy(rules)));
                Binding binding = Binding.to(enforcer, scope);
                try (Container container = Container.command(binding, command)) {
                    Container.Result result = container.await();
                    add(name, result.lines());
                }
                long refused = enforcer.counts(scope).values().stream().mapToLong(Agent::sum).sum();
                if (refused > 0) {
                    throw new IllegalStateException(name + ": a rule was hit");
                }
            }
        }
    }

    private void measureHere(String under, List<String> profile) {
        List<String> here = new ArrayList<>(command);
        here.addAll(profile);
        add(under, output(here));
    }

    /** Of each operation a line: its name and a number. */
    private void add(String under, List<String> measured) {
        for (String line : measured) {
            int at = line.lastIndexOf(' ');
            lines.add(
                    "%s\t%s\t%d"
                            .formatted(
                                    line.substring(0, at),
                                    under,
                                    Long.parseLong(line.substring(at + 1))));
        }
    }

    private static List<String> output(List<String> command) {
        Container.Result result = Container.runHere(command);
        if (result.status() != 0) {
            throw new IllegalStateException(command + ": " + result);
        }
        return result.lines();
    }

    // Of ten rules seven are about files, two about programs, one about peers.

    private static boolean isAboutPrograms(int rule) {
        return rule % 10 == 3 || rule % 10 == 7;
    }

    private static boolean isAboutPeers(int rule) {
        return rule % 10 == 9;
    }

    private static String path(int rule) {
        return "/srv/data%d/part%02d/secret".formatted(rule / 100, rule % 100);
    }

    /** AppArmor knows no addresses of peers. */
    private static String inAppArmor(int rule) {
        return isAboutPeers(rule)
                ? ""
                : "deny %s %s,%n".formatted(path(rule), isAboutPrograms(rule) ? "x" : "rw");
    }

    private static String policy(int rules) {
        StringBuilder files = new StringBuilder("file:\n  rules:\n");
        StringBuilder programs = new StringBuilder("process:\n  rules:\n");
        StringBuilder peers = new StringBuilder("network:\n  rules:\n");
        for (int i = 0; i < rules; i++) {
            if (isAboutPeers(i)) {
                peers.append(
                        "  - {action: Block, cidrs: [10.%d.%d.0/24]}%n".formatted(i >> 8, i & 255));
            } else {
                (isAboutPrograms(i) ? programs : files)
                        .append("  - {action: Block, paths: [%s]}%n".formatted(path(i)));
            }
        }
        return files.append(programs).append(peers).toString();
    }
}
