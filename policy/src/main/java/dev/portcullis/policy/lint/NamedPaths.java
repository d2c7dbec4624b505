// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Overlaps.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Warns of paths that cannot be, or that are links, in every list of a policy. */
final class NamedPaths {
    private final BiConsumer<String, String> warn;

    private NamedPaths(BiConsumer<String, String> warn) {
        this.warn = warn;
    }

    /**
     * Looks at all paths.
     *
     * @param warn takes a field and a message
     */
    static void warn(SourcedPolicy policy, BiConsumer<String, String> warn) {
        NamedPaths paths = new NamedPaths(warn);
        SecurityPolicySpec spec = policy.policy().spec();
        paths.section("spec.process", spec.process());
        paths.section("spec.file", spec.file());
        paths.section("spec.network", spec.network());
        paths.section("spec.capabilities", spec.capabilities());
        paths.section("spec.system", spec.system());
    }

    private void section(String field, Section<?> section) {
        for (int i = 0; i < section.rules().size(); i++) {
            Rule rule = section.rules().get(i);
            String place = field + ".rules[" + i + "].";
            list(place + "from", rule.from());
            list(place + "exceptFrom", rule.exceptFrom());
            if (rule instanceof ProcessRule process) {
                list(place + "paths", process.paths());
                list(place + "except", process.except());
            }
            if (rule instanceof FileRule file) {
                list(place + "paths", file.paths());
                list(place + "except", file.except());
            }
        }
    }

    private void list(String field, List<String> texts) {
        List<Pattern> patterns = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            patterns.add(new Pattern(0, texts.get(i), field + "[" + i + "]"));
        }
        for (Pattern pattern : patterns) {
            LongNames.warningOf(pattern.text())
                    .ifPresent(message -> warn.accept(pattern.field(), message));
            UsualLinks.warningOf(pattern, patterns)
                    .ifPresent(message -> warn.accept(pattern.field(), message));
        }
    }
}
