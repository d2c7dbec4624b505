// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All rules and defaults of all policies in canonical order: by tier, then by namespace and name of
 * the policy, then by section in the order of {@link Domain}, then as written with the default
 * last, and behind that of the system section what {@link MountRefusal} adds. A default Allow says
 * nothing and has no entry.
 */
record Entries(
        List<Entry> all,
        List<Entry> process,
        List<Entry> file,
        List<Entry> network,
        List<Entry> capabilities,
        List<Entry> system) {
    static Entries of(List<SourcedPolicy> policies) throws InvalidPolicyException {
        List<SourcedPolicy> sorted = new ArrayList<>(policies);
        sorted.sort(
                Comparator.comparing((SourcedPolicy policy) -> policy.policy().tier())
                        .thenComparing(policy -> policy.policy().metadata().namespace())
                        .thenComparing(policy -> policy.policy().metadata().name()));
        refuseTwins(sorted);
        Entries entries =
                new Entries(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        for (SourcedPolicy policy : sorted) {
            SecurityPolicySpec spec = policy.policy().spec();
            entries.add(policy, "spec.process", spec.process(), entries.process);
            entries.add(policy, "spec.file", spec.file(), entries.file);
            entries.add(policy, "spec.network", spec.network(), entries.network);
            entries.add(policy, "spec.capabilities", spec.capabilities(), entries.capabilities);
            entries.add(policy, "spec.system", spec.system(), entries.system);
            if (MountRefusal.isImpliedBy(spec)) {
                entries.add(
                        policy,
                        MountRefusal.FIELD,
                        spec.system(),
                        MountRefusal.RULE,
                        entries.system);
            }
        }
        return entries;
    }

    /** The first policy's. */
    Tier tier() {
        return all.isEmpty() ? Tier.NAMESPACE : all.getFirst().tier();
    }

    /** Those of the section that a domain's questions are about. */
    List<Entry> of(Domain domain) {
        return switch (domain) {
            case PROCESS -> process;
            case FILE -> file;
            case PEERS, SOCKETS -> network;
            case CAPABILITIES -> capabilities;
            case SYSTEM -> system;
        };
    }

    private void add(
            SourcedPolicy policy, String field, Section<?> section, List<Entry> sectionEntries) {
        for (int i = 0; i < section.rules().size(); i++) {
            Rule rule = section.rules().get(i);
            add(policy, field + ".rules[" + i + "]", section, rule, sectionEntries);
        }
        if (section.defaultAction() != Action.ALLOW) {
            add(policy, field + ".default", section, null, sectionEntries);
        }
    }

    private void add(
            SourcedPolicy policy,
            String field,
            Section<?> section,
            @Nullable Rule rule,
            List<Entry> sectionEntries) {
        Metadata metadata = policy.policy().metadata();
        SecurityPolicySpec spec = policy.policy().spec();
        Action action = rule == null ? section.defaultAction() : rule.action();
        RuleInfo info =
                new RuleInfo(
                        metadata.name(),
                        metadata.namespace(),
                        field,
                        policy.source(field),
                        action.text(),
                        spec.severity(),
                        spec.message(),
                        spec.labels());
        Entry entry =
                new Entry(
                        all.size(),
                        policy.policy().tier(),
                        action,
                        spec.mode() == Mode.ENFORCE,
                        section,
                        rule,
                        info);
        all.add(entry);
        sectionEntries.add(entry);
    }

    private static void refuseTwins(List<SourcedPolicy> sorted) throws InvalidPolicyException {
        List<Problem> problems = new ArrayList<>();
        for (int i = 1; i < sorted.size(); i++) {
            Metadata one = sorted.get(i - 1).policy().metadata();
            SourcedPolicy twin = sorted.get(i);
            Metadata other = twin.policy().metadata();
            if (one.qualifiedName().equals(other.qualifiedName())) {
                String where = sorted.get(i - 1).source("metadata.name");
                problems.add(
                        new Problem(
                                twin.file(),
                                twin.lines().getOrDefault("metadata.name", 1),
                                1,
                                "metadata.name",
                                "second policy %s, the other is %s; give each its own name"
                                        .formatted(
                                                other.qualifiedName(),
                                                where.isEmpty() ? "without a file" : where)));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidPolicyException(problems);
        }
    }
}
