// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Beside;
import dev.portcullis.policy.diff.Change;
import dev.portcullis.policy.diff.Difference;
import dev.portcullis.policy.diff.RuleDiff;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.oracle.Oracle.Answer;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a comparison tells is so, and what it does not tell is not, by reading the rules. */
class DiffOracleTest {
    private static final int PAIRS = 300;
    private static final int OPERATIONS = 60;
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    /** No subject has such a path. */
    private static final List<String> NOBODY = List.of("/[.]");

    private int told;
    private int silent;
    private int found;

    @Test
    void whatOneContainerMayDoIsComparedExactly() throws PolicyException {
        for (int i = 0; i < PAIRS; i++) {
            RandomCases world = new RandomCases(SEED + i);
            List<Policy> before = world.policies();
            List<Policy> now = i % 3 == 0 ? world.morePolicies() : world.variant(before);
            String context = "seed " + SEED + ", pair " + i + ": " + before + " and " + now;
            List<Difference> differences = RuleDiff.ofAll(sourced(before), sourced(now));
            assertThat(differences).as(context).doesNotHaveDuplicates();
            for (Difference difference : differences) {
                check(difference, before, now, context);
            }
            compare(differences, before, now, world, context);
        }
        assertThat(told).isGreaterThan(PAIRS);
        assertThat(silent).isGreaterThan(PAIRS / 20);
        assertThat(found).isGreaterThan(PAIRS);
    }

    @Test
    void whatAPolicyAddsToAnyOthersIsComparedExactly() throws PolicyException {
        for (int i = 0; i < PAIRS; i++) {
            RandomCases world = new RandomCases(SEED + i);
            List<Policy> before = List.of(world.policies().getFirst());
            List<Policy> now =
                    i % 3 == 0
                            ? List.of(again(world.morePolicies().getFirst(), before.getFirst()))
                            : world.variant(before);
            String context = "seed " + SEED + ", pair " + i + ": " + before + " and " + now;
            List<Difference> differences = RuleDiff.ofPart(sourced(before), sourced(now));
            for (Difference difference : differences) {
                List<Policy> company = company(difference.beside(), before.getFirst().tier());
                check(difference, join(before, company), join(now, company), context);
            }
            List<Policy> others = world.morePolicies();
            compare(
                    differences,
                    join(before, others),
                    join(now, others),
                    world,
                    context + " beside " + others);
        }
        assertThat(told).isGreaterThan(PAIRS);
        assertThat(silent).isGreaterThan(PAIRS / 20);
        assertThat(found).isGreaterThan(PAIRS / 3);
    }

    /** A difference that is told is one, and both deciding rules are the right ones. */
    private void check(
            Difference difference, List<Policy> before, List<Policy> now, String context) {
        if (difference.example().question().isEmpty()) {
            return;
        }
        told++;
        for (Verb verb : difference.verbs()) {
            Operation operation =
                    operation(verb.kind(), difference.example().question(), difference.doer());
            for (Lane lane : Lane.values()) {
                Answer was = new Oracle(before).ask(operation, lane);
                Answer is = new Oracle(now).ask(operation, lane);
                Change change = difference.changes().get(lane);
                if (change == null) {
                    assertThat(is.action())
                            .as("%s: %s", context, difference)
                            .isEqualTo(was.action());
                } else {
                    assertThat(is.action()).isNotEqualTo(was.action());
                    assertThat(named(change.before()))
                            .as("%s: %s", context, difference)
                            .isIn(namesOf(was, difference.beside()));
                    assertThat(named(change.now()))
                            .as("%s: %s", context, difference)
                            .isIn(namesOf(is, difference.beside()));
                }
            }
        }
    }

    /** An operation judged otherwise is one of those told. */
    private void compare(
            List<Difference> differences,
            List<Policy> before,
            List<Policy> now,
            RandomCases world,
            String context) {
        silent += differences.isEmpty() ? 1 : 0;
        Oracle old = new Oracle(before);
        Oracle young = new Oracle(now);
        for (int i = 0; i < OPERATIONS; i++) {
            Operation operation = world.operation();
            if (!isPossible(operation)) {
                continue;
            }
            for (Lane lane : Lane.values()) {
                if (old.ask(operation, lane).action() != young.ask(operation, lane).action()) {
                    found++;
                    assertThat(differences)
                            .as("%s: %s %s", context, lane, operation)
                            .anyMatch(one ->
                                    one.changes().containsKey(lane)
                                            && one.verbs().stream()
                                                    .anyMatch(verb -> covers(verb, operation)));
                }
            }
        }
    }

    private static boolean covers(Verb verb, Operation operation) {
        return verb.kind() == operation.kind()
                || operation.kind() == QuestionKind.READ_WRITE
                        && (verb.kind() == QuestionKind.READ || verb.kind() == QuestionKind.WRITE);
    }

    private static boolean isPossible(Operation operation) {
        return (operation.subject() == null || isReal(operation.subject()))
                && switch (operation.kind()) {
                    case EXEC, MAP, READ, WRITE, READ_WRITE -> isReal(operation.path());
                    case EGRESS, LISTEN, CAPABILITY -> true;
                    case SOCKET -> operation.number() >= 1 && operation.number() <= 4;
                    case OPERATION -> operation.number() >= 1 && operation.number() <= 6;
                };
    }

    private static boolean isReal(byte[] bytes) {
        String path = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            RealPath.bytes(path);
            return path.indexOf('\0') < 0;
        } catch (PatternException e) {
            return false;
        }
    }

    private static Operation operation(QuestionKind kind, String hex, Doer doer) {
        byte[] question = HexFormat.of().parseHex(hex);
        return switch (kind) {
            case EXEC, MAP, READ, WRITE, READ_WRITE ->
                    operation(kind, question, 0, new byte[4], 0, 0, doer);
            case EGRESS, LISTEN -> {
                int end = EgressQuestion.PORT;
                boolean v4 = question[EgressQuestion.FAMILY] == 4;
                yield operation(
                        kind,
                        new byte[0],
                        question[EgressQuestion.PROTOCOL] & 0xff,
                        Arrays.copyOfRange(question, v4 ? end - 4 : EgressQuestion.ADDRESS, end),
                        (question[end] & 0xff) << 8 | question[end + 1] & 0xff,
                        0,
                        doer);
            }
            case SOCKET, CAPABILITY, OPERATION ->
                    operation(kind, new byte[0], 0, new byte[4], 0, question[0], doer);
        };
    }

    private static Operation operation(
            QuestionKind kind,
            byte[] path,
            int protocol,
            byte[] address,
            int port,
            int number,
            Doer doer) {
        try {
            return new Operation(
                    kind,
                    path,
                    protocol,
                    InetAddress.getByAddress(address),
                    port,
                    number,
                    doer.subject().orElse(null),
                    doer.owner());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The oracle names nobody for what is allowed. */
    private static String named(Decision decision) {
        return named(
                decision.by()
                        .filter(rule -> decision.action() != Action.ALLOW)
                        .map(rule ->
                                new Answer(
                                        decision.action(),
                                        rule.namespace()
                                                + "/"
                                                + rule.policy()
                                                + " "
                                                + rule.field()))
                        .orElse(new Answer(decision.action(), "")));
    }

    /** Who else decides is not told by name. */
    private static List<String> namesOf(Answer answer, Beside beside) {
        return beside == Beside.NOTHING
                ? List.of(named(answer))
                : List.of(named(answer), named(new Answer(answer.action(), "")));
    }

    private static String named(Answer answer) {
        return answer.action() + " by " + answer.by();
    }

    private static List<SourcedPolicy> sourced(List<Policy> policies) {
        return policies.stream().map(SourcedPolicy::of).toList();
    }

    private static List<Policy> join(List<Policy> one, List<Policy> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** The first policy's content under the other's name. */
    private static Policy again(Policy content, Policy named) {
        return of(named.tier(), named.metadata(), content.spec());
    }

    private static Policy of(Tier tier, Metadata metadata, SecurityPolicySpec spec) {
        return tier == Tier.CLUSTER
                ? new ClusterSecurityPolicy(metadata, LabelSelector.EVERYTHING, spec)
                : new SecurityPolicy(metadata, spec);
    }

    private static List<Policy> company(Beside beside, Tier tier) {
        boolean rule = beside == Beside.ALLOW_RULE;
        Action byDefault = rule ? Action.ALLOW : Action.BLOCK;
        List<String> paths = List.of("/", "/**", "memfd:*", "anon:*");
        SecurityPolicySpec spec =
                new SecurityPolicySpec(
                        LabelSelector.EVERYTHING,
                        List.of(),
                        Mode.ENFORCE,
                        0,
                        "",
                        Map.of(),
                        section(rule, byDefault, everyPath(paths)),
                        section(rule, byDefault, everyFile(paths)),
                        new Section<>(byDefault, rule ? network(List.of()) : network(NOBODY)),
                        section(rule, byDefault, everyCapability()),
                        section(rule, byDefault, everyOperation()));
        String namespace = tier == Tier.CLUSTER ? "" : "zzz";
        return beside == Beside.NOTHING
                ? List.of()
                : List.of(of(tier, new Metadata("zzz", namespace, Map.of()), spec));
    }

    /** A default speaks of what its section names, so this names everything, for some subjects. */
    private static List<NetworkRule> network(List<String> from) {
        List<NetworkRule> rules = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            rules.add(network(direction, List.of("0.0.0.0/0", "::/0"), List.of(), from));
        }
        rules.add(network(Direction.EGRESS, List.of(), List.of(NumberQuestion.sockets()), from));
        return rules;
    }

    private static NetworkRule network(
            Direction direction, List<String> cidrs, List<Protocol> protocols, List<String> from) {
        return new NetworkRule(
                Action.ALLOW,
                direction,
                List.of(),
                cidrs,
                List.of(),
                List.of(),
                protocols,
                from,
                List.of());
    }

    private static ProcessRule everyPath(List<String> paths) {
        return new ProcessRule(Action.ALLOW, paths, List.of(), List.of(), List.of(), false);
    }

    private static FileRule everyFile(List<String> paths) {
        return new FileRule(
                Action.ALLOW, paths, List.of(), FileRule.EVERY_ACCESS, List.of(), List.of(), false);
    }

    private static CapabilityRule everyCapability() {
        return new CapabilityRule(Action.ALLOW, List.of(Capability.values()), List.of(), List.of());
    }

    private static SystemRule everyOperation() {
        return new SystemRule(
                Action.ALLOW, List.of(SystemOperation.values()), List.of(), List.of());
    }

    private static <R extends Rule> Section<R> section(boolean with, Action byDefault, R rule) {
        return new Section<>(byDefault, with ? List.of(rule) : List.of());
    }
}
