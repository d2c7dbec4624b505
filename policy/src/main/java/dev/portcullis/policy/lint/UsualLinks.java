// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.policy.compile.Overlaps.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names that are links in most images. The kernel tells what is behind a link. */
final class UsualLinks {
    /** By the name, without /usr before it; behind it what it usually leads to. */
    private static final Map<String, List<String>> LINKS =
            Map.ofEntries(
                    Map.entry("/bin/sh", List.of("/bin/dash", "/bin/bash", "/bin/busybox")),
                    Map.entry("/bin/awk", List.of("/bin/mawk", "/bin/gawk", "/bin/busybox")),
                    Map.entry("/bin/vi", List.of("/bin/vim.basic", "/bin/busybox")),
                    Map.entry("/bin/nc", List.of("/bin/nc.openbsd", "/bin/busybox")),
                    Map.entry("/bin/python", List.of("/bin/python3.*")),
                    Map.entry("/bin/python3", List.of("/bin/python3.*")),
                    Map.entry("/dev/fd", List.of("/proc/*/fd")),
                    Map.entry("/dev/stdin", List.of("/proc/*/fd/0")),
                    Map.entry("/dev/stdout", List.of("/proc/*/fd/1")),
                    Map.entry("/dev/stderr", List.of("/proc/*/fd/2")),
                    Map.entry("/proc/self", List.of("/proc/*")),
                    Map.entry("/proc/thread-self", List.of("/proc/*/task/*")),
                    Map.entry("/proc/mounts", List.of("/proc/*/mounts")),
                    Map.entry("/proc/net", List.of("/proc/*/net")),
                    Map.entry("/etc/mtab", List.of("/proc/*/mounts")),
                    Map.entry("/etc/localtime", List.of("/usr/share/zoneinfo/**")),
                    Map.entry("/etc/os-release", List.of("/usr/lib/os-release")),
                    Map.entry("/var/lock", List.of("/run/lock")));

    private UsualLinks() {}

    /** Tells where the pattern's path usually leads, unless the rule names such a place as well. */
    static Optional<String> warningOf(Pattern pattern, List<Pattern> all) {
        String path = withoutUsr(pattern.text());
        for (Map.Entry<String, List<String>> link : LINKS.entrySet()) {
            String name = link.getKey();
            if (path.equals(name) || path.startsWith(name + "/")) {
                boolean known =
                        all.stream()
                                .filter(other -> other.rule() == pattern.rule())
                                .anyMatch(other ->
                                        link.getValue().contains(withoutUsr(other.text())));
                return known
                        ? Optional.empty()
                        : Optional.of(
                                "%s is a link in most images, and the kernel tells what is behind"
                                                .formatted(name)
                                        + " it; name that too, such as "
                                        + link.getValue().getFirst()
                                        + path.substring(name.length()));
            }
        }
        return Optional.empty();
    }

    private static String withoutUsr(String path) {
        return path.startsWith("/usr/bin/") ? path.substring("/usr".length()) : path;
    }
}
