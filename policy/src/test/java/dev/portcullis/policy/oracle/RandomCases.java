// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.ClusterSecurityPolicy;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Peer;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Policies and operations from a small world, in which they often meet. */
public final class RandomCases {
    private static final List<String> LITERALS =
            List.of("bin", "usr", "lib", "var", "run", "etc", "a", "b", "ab", "é", "a-b", "x");
    private static final List<String> PARTS =
            List.of(
                    "a",
                    "b",
                    "ab",
                    "é",
                    "*",
                    "?",
                    "[ab]",
                    "[!a]",
                    "[^b-x]",
                    "[]a]",
                    "[a-]",
                    "\\*",
                    "{a,b}",
                    "{,a}",
                    "{a{b,?},x*}",
                    "{[,}],b}",
                    "\\\\",
                    "[\\]x]");
    private static final List<String> NAMES = List.of("memfd:", "anon:");
    private static final List<String> CIDRS =
            List.of(
                    "10.0.0.0/8",
                    "10.1.0.0/16",
                    "10.1.2.128/25",
                    "10.1.2.3/32",
                    "0.0.0.0/0",
                    "128.0.0.0/1",
                    "::/0",
                    "fd00::/8",
                    "2001:db8::/33",
                    "::1/128",
                    "::ffff:10.1.0.0/112",
                    "::ffff:0:0/96",
                    "::/64",
                    "169.254.169.254/32");
    private static final List<String> ADDRESSES =
            List.of(
                    "10.0.0.0",
                    "10.1.2.3",
                    "10.1.2.128",
                    "10.1.2.127",
                    "11.0.0.0",
                    "127.255.255.255",
                    "128.0.0.0",
                    "169.254.169.254",
                    "::",
                    "::1",
                    "fd00::1",
                    "fe00::",
                    "2001:db8:7fff::1",
                    "2001:db8:8000::",
                    "::1:0:0",
                    "127.0.0.1");
    private static final List<String> PORTS =
            List.of(
                    "0",
                    "80",
                    "443",
                    "1-79",
                    "81-442",
                    "200-300",
                    "255-256",
                    "444-65535",
                    "512-767");
    private static final List<String> SUBJECTS =
            List.of("/usr/bin/a", "/bin/{a,b}", "/**/ab", "memfd:*", "/usr/**", "/x/", "/a?");
    private static final List<String> SUBJECT_PATHS =
            List.of("/usr/bin/a", "/bin/b", "/x/ab", "memfd:a", "/usr/ab", "/x", "/ab", "/none");
    private static final List<Capability> CAPABILITIES =
            List.of(
                    Capability.CHOWN,
                    Capability.NET_RAW,
                    Capability.SYS_ADMIN,
                    Capability.CHECKPOINT_RESTORE);
    private static final List<Protocol> SOCKETS =
            List.of(Protocol.RAW, Protocol.PACKET, Protocol.UNIX, Protocol.NETLINK);
    private static final int[] PORT_NUMBERS = {
        0, 1, 79, 80, 81, 199, 200, 255, 256, 300, 301, 443, 444, 511, 512, 767, 768, 65535
    };
    private static final int[] PROTOCOLS = {6, 17, 132, 136, 1, 58, 0, 255};

    private final Random random;
    private final List<String> patterns = new ArrayList<>();

    public RandomCases(long seed) {
        // The first numbers of a Random are nearly the same for neighbouring seeds.
        random = new Random(new SplittableRandom(seed).nextLong());
    }

    public List<Policy> policies() {
        patterns.clear();
        return policies("p");
    }

    /** Others, with other names; operations are near the patterns of all of them. */
    List<Policy> morePolicies() {
        return policies("q");
    }

    private List<Policy> policies(String prefix) {
        List<Policy> policies = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            policies.add(policy(prefix + random.nextInt(2) + i));
        }
        return policies;
    }

    /** The same policies but for one, in which rules are gone or stand at another place. */
    List<Policy> variant(List<Policy> policies) {
        List<Policy> variant = new ArrayList<>(policies);
        int at = random.nextInt(policies.size());
        Policy policy = policies.get(at);
        SecurityPolicySpec old = policy.spec();
        SecurityPolicySpec spec =
                new SecurityPolicySpec(
                        old.podSelector(),
                        old.containers(),
                        old.mode(),
                        old.severity(),
                        old.message(),
                        old.labels(),
                        variant(old.process()),
                        variant(old.file()),
                        variant(old.network()),
                        variant(old.capabilities()),
                        variant(old.system()));
        variant.set(
                at,
                policy instanceof ClusterSecurityPolicy cluster
                        ? new ClusterSecurityPolicy(
                                policy.metadata(), cluster.namespaceSelector(), spec)
                        : new SecurityPolicy(policy.metadata(), spec));
        return variant;
    }

    private <R extends Rule> Section<R> variant(Section<R> section) {
        List<R> rules = new ArrayList<>(section.rules());
        if (!rules.isEmpty()) {
            R rule = rules.remove(random.nextInt(rules.size()));
            if (random.nextInt(3) > 0) {
                rules.add(random.nextInt(rules.size() + 1), rule);
            }
        }
        return new Section<>(section.defaultAction(), rules);
    }

    private Policy policy(String name) {
        SecurityPolicySpec spec =
                new SecurityPolicySpec(
                        LabelSelector.EVERYTHING,
                        List.of(),
                        random.nextInt(4) == 0 ? Mode.AUDIT : Mode.ENFORCE,
                        random.nextInt(11),
                        "",
                        Map.of(),
                        section(this::process),
                        section(this::file),
                        section(this::network),
                        section(this::capability),
                        section(this::system));
        return random.nextInt(3) == 0
                ? new ClusterSecurityPolicy(
                        new Metadata(name, "", Map.of()), LabelSelector.EVERYTHING, spec)
                : new SecurityPolicy(
                        new Metadata(name, pick(List.of("shop", "web")), Map.of()), spec);
    }

    private ProcessRule process() {
        return new ProcessRule(
                action(), paths(), except(), from(), exceptFrom(), random.nextInt(6) == 0);
    }

    private FileRule file() {
        return new FileRule(
                action(),
                paths(),
                except(),
                access(),
                from(),
                exceptFrom(),
                random.nextInt(6) == 0);
    }

    private CapabilityRule capability() {
        return new CapabilityRule(action(), several(CAPABILITIES), from(), exceptFrom());
    }

    private SystemRule system() {
        return new SystemRule(
                action(), several(List.of(SystemOperation.values())), from(), exceptFrom());
    }

    private List<String> from() {
        return random.nextInt(4) == 0 ? subjects() : List.of();
    }

    private List<String> exceptFrom() {
        return random.nextInt(6) == 0 ? subjects() : List.of();
    }

    /** From few, so that rules often speak of the same. */
    private List<String> subjects() {
        return several(SUBJECTS);
    }

    private List<String> except() {
        return random.nextInt(4) == 0 ? paths() : List.of();
    }

    /** One to three, each once. */
    private <T> List<T> several(List<T> all) {
        Set<T> some = new LinkedHashSet<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            some.add(pick(all));
        }
        return List.copyOf(some);
    }

    public Operation operation() {
        QuestionKind kind = pick(List.of(QuestionKind.values()));
        try {
            return new Operation(
                    kind,
                    path(),
                    PROTOCOLS[random.nextInt(PROTOCOLS.length)],
                    InetAddress.getByName(pick(ADDRESSES)),
                    PORT_NUMBERS[random.nextInt(PORT_NUMBERS.length)],
                    number(kind),
                    random.nextInt(6) == 0 ? null : subject(),
                    random.nextInt(3) == 0);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private int number(QuestionKind kind) {
        return switch (kind) {
            case CAPABILITY ->
                    random.nextInt(4) == 0 ? random.nextInt(64) : pick(CAPABILITIES).number();
            case OPERATION -> random.nextInt(8);
            default -> random.nextInt(6);
        };
    }

    private byte[] subject() {
        return random.nextInt(3) == 0
                ? path()
                : pick(SUBJECT_PATHS).getBytes(StandardCharsets.UTF_8);
    }

    private <R extends Rule> Section<R> section(Supplier<R> rule) {
        List<R> rules = new ArrayList<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            rules.add(rule.get());
        }
        Action byDefault = random.nextInt(5) < 3 ? Action.ALLOW : action();
        return new Section<>(byDefault, rules);
    }

    private Action action() {
        return pick(List.of(Action.values()));
    }

    private Set<Access> access() {
        return switch (random.nextInt(4)) {
            case 0 -> EnumSet.of(Access.READ);
            case 1 -> EnumSet.of(Access.WRITE);
            default -> FileRule.EVERY_ACCESS;
        };
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            paths.add(pattern());
        }
        patterns.addAll(paths);
        return paths;
    }

    private String pattern() {
        if (random.nextInt(12) == 0) {
            return pick(NAMES) + (random.nextBoolean() ? "" : parts());
        }
        StringBuilder pattern = new StringBuilder();
        int depth = random.nextInt(5);
        for (int i = 0; i < depth; i++) {
            int choice = random.nextInt(8);
            pattern.append('/').append(choice == 0 ? "**" : choice < 5 ? pick(LITERALS) : parts());
        }
        boolean slash = random.nextInt(6) == 0 && !pattern.toString().endsWith("**");
        return pattern.isEmpty() ? "/" : slash ? pattern + "/" : pattern.toString();
    }

    private String parts() {
        StringBuilder parts = new StringBuilder();
        String last = "";
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String part = pick(PARTS);
            if (!part.equals("*") || !last.endsWith("*") || last.equals("\\*")) {
                parts.append(part);
                last = part;
            }
        }
        return parts.toString();
    }

    private NetworkRule network() {
        if (random.nextInt(4) == 0) {
            List<Protocol> sockets = new ArrayList<>(several(SOCKETS));
            if (random.nextInt(3) == 0) {
                sockets.add(Protocol.TCP);
            }
            return new NetworkRule(
                    action(),
                    Direction.EGRESS,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    sockets,
                    from(),
                    exceptFrom());
        }
        List<String> ports = some(PORTS);
        Set<Protocol> protocols = new LinkedHashSet<>(some(List.of(Protocol.values())));
        SOCKETS.forEach(protocols::remove);
        if (!ports.isEmpty()) {
            protocols.remove(Protocol.ICMP);
        }
        return new NetworkRule(
                action(),
                random.nextInt(3) == 0 ? Direction.LISTEN : Direction.EGRESS,
                random.nextInt(4) == 0 ? List.of(Peer.LOOPBACK) : List.of(),
                some(CIDRS),
                random.nextInt(3) == 0 ? several(CIDRS) : List.of(),
                ports,
                List.copyOf(protocols),
                from(),
                exceptFrom());
    }

    private <T> List<T> some(List<T> all) {
        List<T> some = new ArrayList<>();
        while (random.nextInt(3) > 0 && some.size() < 3) {
            some.add(pick(all));
        }
        return some;
    }

    /** Often what a pattern of the policies matches, or nearly. */
    private byte[] path() {
        if (patterns.isEmpty() || random.nextInt(4) == 0) {
            return name(random.nextBoolean() ? "/" : pick(NAMES));
        }
        List<String> expanded = GlobOracle.expand(pick(patterns));
        String pattern = pick(expanded);
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (int i = 0; i < pattern.length(); ) {
            char c = pattern.charAt(i);
            if (pattern.startsWith("**", i)) {
                write(path, pick(List.of("a", "a/b", "é/x/a")));
                i += 2;
            } else if (c == '*') {
                write(path, pick(List.of("", "a", "é", "xyz", ".")));
                i++;
            } else if (c == '?' || c == '[') {
                write(path, pick(List.of("a", "b", "x", "é", "€", "😀", "]", "-")));
                i = c == '?' ? i + 1 : Math.max(pattern.indexOf(']', i + 2), i) + 1;
            } else {
                i += c == '\\' ? 1 : 0;
                int character = pattern.codePointAt(i);
                write(path, Character.toString(character));
                i += Character.charCount(character);
            }
        }
        return mutate(path.toByteArray());
    }

    private byte[] mutate(byte[] path) {
        return switch (random.nextInt(10)) {
            case 0 -> join(path, name("/"));
            case 1 -> join("/usr".getBytes(StandardCharsets.UTF_8), path);
            case 2 -> join("/var".getBytes(StandardCharsets.UTF_8), path);
            case 3 -> {
                byte[] other = path.clone();
                other[random.nextInt(path.length)] = (byte) random.nextInt(1, 256);
                yield other;
            }
            case 4 -> Arrays.copyOf(path, random.nextInt(path.length));
            case 5 -> path.length > 4 ? Arrays.copyOfRange(path, 4, path.length) : path;
            default -> path;
        };
    }

    private byte[] name(String prefix) {
        StringBuilder path = new StringBuilder(prefix);
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            path.append(i == 0 ? "" : "/").append(pick(LITERALS));
        }
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
