// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a policy says of mounting by refusing paths. Who may mount can give any file another name,
 * so a policy that refuses executing or opening anything refuses {@code Mount} too, as a default of
 * its tier: an Allow rule of that tier lifts it.
 */
public final class MountRefusal {
    /** The field that events name: that of the section where it can be lifted. */
    public static final String FIELD = "spec.system";

    static final SystemRule RULE =
            new SystemRule(Action.BLOCK, List.of(SystemOperation.MOUNT), List.of(), List.of());

    private MountRefusal() {}

    /** Whether a policy refuses any path. */
    public static boolean isImpliedBy(SecurityPolicySpec spec) {
        return Stream.of(spec.process(), spec.file())
                .flatMap(MountRefusal::actions)
                .anyMatch(Action::refuses);
    }

    private static Stream<Action> actions(Section<? extends Rule> section) {
        return Stream.concat(
                Stream.of(section.defaultAction()), section.rules().stream().map(Rule::action));
    }

    /**
     * Whether a container's policies, each in its effective mode, refuse mounting to every subject.
     *
     * @throws InvalidPolicyException if two have the same tier, namespace and name
     */
    public static boolean holds(List<SourcedPolicy> policies) throws InvalidPolicyException {
        List<Entry> applying =
                Entries.of(policies).system().stream()
                        .filter(Entry::enforced)
                        .filter(MountRefusal::speaksOfMount)
                        .filter(entry ->
                                entry.action() == Action.ALLOW || !Subjects.isConditional(entry))
                        .toList();
        return (Precedence.decide(applying).verdict() & Verdict.REFUSE) != 0;
    }

    private static boolean speaksOfMount(Entry entry) {
        return !(entry.rule() instanceof SystemRule rule)
                || rule.operations().contains(SystemOperation.MOUNT);
    }
}
