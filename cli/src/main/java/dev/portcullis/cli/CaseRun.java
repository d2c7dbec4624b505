// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.cases.Case;
import dev.portcullis.policy.cases.CaseFile;
import dev.portcullis.policy.cases.CaseFile.Group;
import dev.portcullis.policy.cases.CaseFile.Place;
import dev.portcullis.policy.cases.Pod;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.explain.Explainer;
import dev.portcullis.policy.explain.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases of one file, run.
 *
 * @param count how many there were
 * @param failures one line for each that failed
 */
record CaseRun(int count, List<String> failures) {
    /**
     * Runs them.
     *
     * @throws PolicyException if the policies cannot be enforced
     * @throws BadInputException if there are no such policies
     */
    static CaseRun of(Path file, CaseFile cases) throws PolicyException {
        List<SourcedPolicy> policies = policies(file, cases.policies());
        List<String> failures = new ArrayList<>();
        int count = 0;
        for (Group group : cases.groups()) {
            Explainer explainer = Explainer.of(counting(group.pod(), policies));
            for (Case one : group.cases()) {
                Outcome outcome = explainer.outcome(one.operation());
                count++;
                if (!one.isPassedBy(outcome)) {
                    failures.add(file + ":" + one.line() + ": " + failure(group, one, outcome));
                }
            }
        }
        return new CaseRun(count, failures);
    }

    private static List<SourcedPolicy> policies(Path file, List<Place> places)
            throws PolicyException {
        List<Path> paths = new ArrayList<>();
        for (Place place : places) {
            Path path = file.resolveSibling(place.path());
            if (!path.toFile().exists()) {
                throw new BadInputException(
                        "%s:%d: policies: %s does not exist; name a file of policies or a folder of"
                                        .formatted(file, place.line(), path)
                                + " them, as seen from here");
            }
            paths.add(path);
        }
        List<SourcedPolicy> policies = PolicyFiles.readAll(paths);
        RuleSetCompiler.checkNames(policies);
        return policies;
    }

    private static List<SourcedPolicy> counting(Pod pod, List<SourcedPolicy> policies) {
        PodIdentity identity =
                new PodIdentity(
                        pod.namespace().orElse(null),
                        pod.namespaceLabels().orElse(null),
                        pod.labels().orElse(null),
                        pod.container().orElse(null));
        return ClusterPodOptions.inNamespace(
                pod.namespaceMode().orElse(null), identity.select(policies));
    }

    private static String failure(Group group, Case one, Outcome outcome) {
        String expected = one.expected().text() + (one.rule().isEmpty() ? "" : " by " + one.rule());
        String by =
                outcome.by()
                        .map(rule -> " by " + DecisionText.of(rule))
                        .orElse(": no rule speaks of it");
        return "%s%s: expected %s, got %s%s"
                .formatted(
                        group.name().isEmpty() ? "" : group.name() + ": ",
                        one.operation(),
                        expected,
                        outcome.result().text(),
                        by);
    }
}
