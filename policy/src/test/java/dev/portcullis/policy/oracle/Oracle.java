// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.ClusterSecurityPolicy;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates policies rule by rule, as their description says it. */
public final class Oracle {
    private static final Map<Protocol, Set<Integer>> NUMBERS =
            Map.of(
                    Protocol.TCP, Set.of(6),
                    Protocol.UDP, Set.of(17),
                    Protocol.SCTP, Set.of(132),
                    Protocol.ICMP, Set.of(1, 58));
    private static final Map<Protocol, Integer> SOCKETS =
            Map.of(
                    Protocol.RAW, 1,
                    Protocol.PACKET, 2,
                    Protocol.UNIX, 3,
                    Protocol.NETLINK, 4);
    private static final Map<SystemOperation, Integer> SYSTEM =
            Map.of(
                    SystemOperation.MOUNT, 1,
                    SystemOperation.PTRACE, 2,
                    SystemOperation.USER_NAMESPACE, 3,
                    SystemOperation.BPF, 4,
                    SystemOperation.MODULE_LOAD, 5,
                    SystemOperation.KEXEC, 6);
    private static final Set<Integer> WITH_PORTS = Set.of(6, 17, 132, 136);

    /** An answer: {@code Allow}, {@code Audit}, {@code Block} or {@code Kill}, and by whom. */
    public record Answer(Action action, String by) {}

    /**
     * What is asked about, and who does it.
     *
     * @param path for the path kinds
     * @param protocol for the address kinds, with peer and port
     * @param number for the kinds of one byte
     * @param subject null where it is not known
     */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    public record Operation(
            QuestionKind kind,
            byte[] path,
            int protocol,
            InetAddress peer,
            int port,
            int number,
            byte @Nullable [] subject,
            boolean owner) {}

    private final List<Policy> policies;

    private final String without;

    public Oracle(List<Policy> policies) {
        this(policies, "");
    }

    /** As if one rule or default were not there. */
    Oracle(List<Policy> policies, String without) {
        this.without = without;
        this.policies =
                policies.stream()
                        .sorted(
                                Comparator.comparing((Policy one) -> one instanceof SecurityPolicy)
                                        .thenComparing(one -> one.metadata().namespace())
                                        .thenComparing(one -> one.metadata().name()))
                        .toList();
    }

    public Answer ask(Operation operation, Lane lane) {
        if (operation.kind() != QuestionKind.READ_WRITE) {
            return ask(operation, operation.kind(), lane);
        }
        Answer read = ask(operation, QuestionKind.READ, lane);
        Answer write = ask(operation, QuestionKind.WRITE, lane);
        if (read.action() == write.action()) {
            return order(read.by()) <= order(write.by()) ? read : write;
        }
        return read.action().compareTo(write.action()) > 0 ? read : write;
    }

    private Answer ask(Operation operation, QuestionKind kind, Lane lane) {
        Answer cluster = ask(operation, kind, lane, Tier.CLUSTER);
        Answer namespace = ask(operation, kind, lane, Tier.NAMESPACE);
        return namespace.action().compareTo(cluster.action()) > 0 ? namespace : cluster;
    }

    private Answer ask(Operation operation, QuestionKind kind, Lane lane, Tier tier) {
        List<Answer> matching = new ArrayList<>();
        Answer byDefault = new Answer(Action.ALLOW, "");
        for (Policy policy : policies) {
            if (policy instanceof ClusterSecurityPolicy != (tier == Tier.CLUSTER)
                    || lane == Lane.ENFORCE && policy.spec().mode() == Mode.AUDIT) {
                continue;
            }
            String prefix = prefix(policy);
            Section<? extends Rule> section =
                    switch (kind) {
                        case EXEC, MAP -> policy.spec().process();
                        case EGRESS, LISTEN, SOCKET -> policy.spec().network();
                        case CAPABILITY -> policy.spec().capabilities();
                        case OPERATION -> policy.spec().system();
                        case READ, WRITE, READ_WRITE -> policy.spec().file();
                    };
            String name =
                    switch (kind) {
                        case EXEC, MAP -> "spec.process";
                        case EGRESS, LISTEN, SOCKET -> "spec.network";
                        case CAPABILITY -> "spec.capabilities";
                        case OPERATION -> "spec.system";
                        case READ, WRITE, READ_WRITE -> "spec.file";
                    };
            for (int i = 0; i < section.rules().size(); i++) {
                Rule rule = section.rules().get(i);
                String by = prefix + name + ".rules[" + i + "]";
                if (!by.equals(without)
                        && names(rule, operation, kind)
                        && holdsFor(rule, operation)) {
                    matching.add(new Answer(rule.action(), by));
                }
            }
            if (section.defaultAction().compareTo(byDefault.action()) > 0
                    && defaultSpeaks(section, operation, kind)
                    && !without.equals(prefix + name + ".default")) {
                byDefault = new Answer(section.defaultAction(), prefix + name + ".default");
            }
            if (kind == QuestionKind.OPERATION
                    && operation.number() == SYSTEM.get(SystemOperation.MOUNT)
                    && (refuses(policy.spec().process()) || refuses(policy.spec().file()))
                    && byDefault.action().compareTo(Action.BLOCK) < 0
                    && !without.equals(prefix + name)) {
                byDefault = new Answer(Action.BLOCK, prefix + name);
            }
        }
        for (Action action : List.of(Action.KILL, Action.BLOCK)) {
            for (Answer answer : matching) {
                if (answer.action() == action) {
                    return answer;
                }
            }
        }
        boolean allowed = matching.stream().anyMatch(one -> one.action() == Action.ALLOW);
        if (!allowed && byDefault.action().compareTo(Action.BLOCK) >= 0) {
            return byDefault;
        }
        for (Answer answer : matching) {
            if (answer.action() == Action.AUDIT) {
                return answer;
            }
        }
        return allowed ? new Answer(Action.ALLOW, "") : byDefault;
    }

    private static boolean refuses(Section<? extends Rule> section) {
        return section.defaultAction().compareTo(Action.BLOCK) >= 0
                || section.rules().stream()
                        .anyMatch(rule -> rule.action().compareTo(Action.BLOCK) >= 0);
    }

    private static String prefix(Policy policy) {
        return policy.metadata().namespace() + "/" + policy.metadata().name() + " ";
    }

    /** The place of a rule's name in the canonical order. */
    private int order(String by) {
        if (by.isEmpty()) {
            return -1;
        }
        for (int p = 0; p < policies.size(); p++) {
            String prefix = prefix(policies.get(p)) + "spec.file.";
            if (by.startsWith(prefix)) {
                String rest = by.substring(prefix.length());
                int index =
                        rest.equals("default") ? 999 : Integer.parseInt(rest.replaceAll("\\D", ""));
                return p * 1000 + index;
            }
        }
        throw new AssertionError(by);
    }

    private static boolean names(Rule rule, Operation operation, QuestionKind kind) {
        return switch (rule) {
            case ProcessRule process ->
                    (kind == QuestionKind.EXEC
                                    || process.action() == Action.BLOCK
                                    || process.action() == Action.KILL)
                            && anyPath(process.paths(), operation.path())
                            && !anyPath(process.except(), operation.path());
            case FileRule file ->
                    file.access().contains(kind == QuestionKind.READ ? Access.READ : Access.WRITE)
                            && anyPath(file.paths(), operation.path())
                            && !anyPath(file.except(), operation.path());
            case NetworkRule network when kind == QuestionKind.SOCKET ->
                    namesSocket(network, operation.number());
            case NetworkRule network ->
                    network.direction()
                                    == (kind == QuestionKind.LISTEN
                                            ? Direction.LISTEN
                                            : Direction.EGRESS)
                            && peer(network, operation);
            case CapabilityRule capability ->
                    capability.names().stream().anyMatch(one -> one.number() == operation.number());
            case SystemRule system ->
                    system.operations().stream()
                            .anyMatch(one -> SYSTEM.get(one) == operation.number());
        };
    }

    private static boolean namesSocket(NetworkRule rule, int number) {
        return rule.protocols().stream().anyMatch(one -> SOCKETS.getOrDefault(one, -1) == number);
    }

    /** The default speaks of Egress, and of the rest where a rule of its section names it. */
    private static boolean defaultSpeaks(
            Section<?> section, Operation operation, QuestionKind kind) {
        return switch (kind) {
            case MAP -> false;
            case LISTEN ->
                    section.rules().stream()
                            .map(NetworkRule.class::cast)
                            .anyMatch(rule -> rule.direction() == Direction.LISTEN);
            case SOCKET ->
                    section.rules().stream()
                            .map(NetworkRule.class::cast)
                            .anyMatch(rule -> namesSocket(rule, operation.number()));
            default -> true;
        };
    }

    /** Subjects that are not known are taken for those that refuse or report most. */
    private static boolean holdsFor(Rule rule, Operation operation) {
        if (rule.unlessOwner() && operation.owner()) {
            return false;
        }
        if (operation.subject() == null) {
            return rule.action() != Action.ALLOW
                    || rule.from().isEmpty() && rule.exceptFrom().isEmpty();
        }
        return (rule.from().isEmpty() || anyPath(rule.from(), operation.subject()))
                && !anyPath(rule.exceptFrom(), operation.subject());
    }

    private static boolean anyPath(List<String> patterns, byte[] path) {
        return patterns.stream().anyMatch(pattern -> GlobOracle.matches(pattern, path));
    }

    private static boolean peer(NetworkRule rule, Operation operation) {
        boolean protocol =
                rule.protocols().isEmpty()
                        || rule.protocols().stream()
                                .anyMatch(one ->
                                        NUMBERS.getOrDefault(one, Set.of())
                                                .contains(operation.protocol()));
        boolean cidr =
                rule.cidrs().isEmpty() && rule.peers().isEmpty()
                        || rule.cidrs().stream().anyMatch(one -> inside(one, operation.peer()))
                        || !rule.peers().isEmpty() && operation.peer().isLoopbackAddress();
        boolean except = rule.except().stream().anyMatch(one -> inside(one, operation.peer()));
        boolean port =
                rule.ports().isEmpty()
                        || WITH_PORTS.contains(operation.protocol())
                                && rule.ports().stream().anyMatch(one -> port(one, operation));
        return protocol && cidr && !except && port;
    }

    private static boolean port(String text, Operation operation) {
        String[] ends = text.split("-", -1);
        return Integer.parseInt(ends[0]) <= operation.port()
                && operation.port() <= Integer.parseInt(ends[ends.length - 1]);
    }

    /** Java, as the rule set, takes a v4-mapped network for the v4 one. */
    private static boolean inside(String cidr, InetAddress peer) {
        String[] halves = cidr.split("/", -1);
        try {
            byte[] network = InetAddress.getByName(halves[0]).getAddress();
            byte[] address = peer.getAddress();
            int prefix = Integer.parseInt(halves[1]);
            if (cidr.startsWith("::ffff:") && prefix >= 96) {
                prefix -= 96;
            }
            int shift = network.length * 8 - prefix;
            return network.length == address.length
                    && new BigInteger(1, network)
                            .shiftRight(shift)
                            .equals(new BigInteger(1, address).shiftRight(shift));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
