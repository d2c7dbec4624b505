// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which of the kernel's hooks tasks come to, whether or not a program is attached there: told by
 * the kernel's tracer of functions, which the virtual machine has to itself.
 */
final class HookTrace implements AutoCloseable {
    private static final Path TRACING = Path.of("/sys/kernel/tracing");
    private static final String FORKS = "events/sched/sched_process_fork/enable";

    /** Begins the name of the function that stands for a hook, to be attached to. */
    private static final String FUNCTION = "bpf_lsm_";

    private static final Pattern CALL =
            Pattern.compile(".*-(\\d+)\\s+\\[.*: " + FUNCTION + "(\\w+) <-.*");

    private static final Pattern FORK =
            Pattern.compile(
                    ".* sched_process_fork: comm=(.+) pid=(\\d+) child_comm=.+ child_pid=(\\d+)");

    /**
     * Begins to trace.
     *
     * @param hooks those to look at; of these the kernel may lack some
     */
    HookTrace(Collection<String> hooks) throws IOException {
        String symbols = Files.readString(Path.of("/proc/kallsyms"));
        write("current_tracer", "nop");
        write(
                "set_ftrace_filter",
                hooks.stream()
                        .map(hook -> FUNCTION + hook)
                        .filter(function -> symbols.contains(" " + function + "\n"))
                        .collect(Collectors.joining(" ")));
        write("current_tracer", "function");
        write(FORKS, "1");
        write("trace", "");
        write("tracing_on", "1");
    }

    private static void write(String file, String content) throws IOException {
        Files.writeString(TRACING.resolve(file), content);
    }

    /**
     * What the children of the first program of that name have come to: the first child with its
     * descendants, the second with its, and so on.
     */
    List<Set<String>> hooksOfChildren(String program) throws IOException {
        List<Set<String>> hooks = new ArrayList<>();
        Map<String, Set<String>> byTask = new HashMap<>();
        String parent = "";
        for (String line : Files.readAllLines(TRACING.resolve("trace"))) {
            Matcher fork = FORK.matcher(line);
            Matcher call = CALL.matcher(line);
            if (fork.matches()) {
                if (parent.isEmpty() && fork.group(1).equals(program)) {
                    parent = fork.group(2);
                }
                if (fork.group(2).equals(parent)) {
                    hooks.add(new LinkedHashSet<>());
                    byTask.put(fork.group(3), hooks.getLast());
                } else if (byTask.containsKey(fork.group(2))) {
                    byTask.put(fork.group(3), byTask.get(fork.group(2)));
                }
            } else if (call.matches() && byTask.containsKey(call.group(1))) {
                byTask.get(call.group(1)).add(call.group(2));
            }
        }
        return hooks;
    }

    @Override
    public void close() throws IOException {
        write("tracing_on", "0");
        write(FORKS, "0");
        write("current_tracer", "nop");
        write("set_ftrace_filter", "");
    }
}
