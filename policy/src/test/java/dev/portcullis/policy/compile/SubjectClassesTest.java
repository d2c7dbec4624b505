// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Asker;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectClassesTest {
    private static RuleSet compile(String rules) throws PolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: web}
                spec: {file: {rules: [%s]}}
                """
                        .formatted(rules);
        return new RuleSetCompiler()
                .compile(PolicyParser.parse("p.yaml", yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static int classOf(RuleSet rules, String subject) {
        return rules.subjectClass(subject.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean refuses(RuleSet rules, String path, int subjectClass, boolean owner) {
        byte[] question = path.getBytes(StandardCharsets.UTF_8);
        Asker asker = new Asker(subjectClass, owner);
        return Verdict.refuses(rules.judge(QuestionKind.READ, Lane.ENFORCE, question, asker));
    }

    @Test
    void withoutRulesForSubjectsThereIsOneClass() throws PolicyException {
        RuleSet rules = compile("{action: Block, paths: [/a], except: [/b]}");
        assertThat(rules.starts().classes()).isEqualTo(1);
        assertThat(rules.starts().unknown()).isZero();
        assertThat(rules.starts().subject()).isEqualTo(RuleSet.NO_START);
        assertThat(rules.starts().dependsOnOwner(QuestionKind.READ)).isFalse();
        assertThat(rules.starts().isAsked(QuestionKind.READ)).isTrue();
        assertThat(rules.starts().isAsked(QuestionKind.EXEC)).isFalse();
    }

    @Test
    void itIsKnownForWhichQuestionsTheOwnerMatters() throws PolicyException {
        RuleSet rules = compile("{action: Block, paths: [/a], access: [Read], unlessOwner: true}");
        assertThat(rules.starts().dependsOnOwner(QuestionKind.READ)).isTrue();
        assertThat(rules.starts().dependsOnOwner(QuestionKind.READ_WRITE)).isTrue();
        assertThat(rules.starts().dependsOnOwner(QuestionKind.WRITE)).isFalse();
    }

    @Test
    void whatIsAskedOfOneSubjectOnlyIsAsked() throws PolicyException {
        RuleSet rules = compile("{action: Block, paths: [/a], from: [/x]}");
        assertThat(rules.start(QuestionKind.READ)).isEqualTo(RuleSet.NO_START);
        assertThat(rules.starts().isAsked(QuestionKind.READ)).isTrue();
    }

    @ParameterizedTest(name = "{0} of /a by {1}, owner {2}: {3}")
    @CsvSource({
        "'Block, from: [/bin/sh]', /bin/sh, false, true",
        "'Block, from: [/bin/sh]', /usr/bin/sh, false, true",
        "'Block, from: [/bin/sh]', /bin/bash, false, false",
        "'Block, from: [/bin/sh]', unknown, false, true",
        "'Block, exceptFrom: [/bin/sh]', /bin/sh, false, false",
        "'Block, exceptFrom: [/bin/sh]', /bin/bash, false, true",
        "'Block, exceptFrom: [/bin/sh]', unknown, false, true",
        "'Kill, from: [/**], exceptFrom: [/bin/*]', /bin/sh, false, false",
        "'Kill, from: [/**], exceptFrom: [/bin/*]', /x, false, true",
        "'Kill, from: [/**], exceptFrom: [/bin/*]', memfd:x, false, false",
        "'Block, unlessOwner: true', /x, false, true",
        "'Block, unlessOwner: true', /x, true, false",
        "'Block, unlessOwner: true', unknown, true, false",
    })
    void aRuleHoldsForItsSubjects(String rule, String subject, boolean owner, boolean refused)
            throws PolicyException {
        RuleSet rules = compile("{paths: [/a], action: " + rule + "}");
        int subjectClass =
                subject.equals("unknown") ? rules.starts().unknown() : classOf(rules, subject);
        assertThat(refuses(rules, "/a", subjectClass, owner)).isEqualTo(refused);
        assertThat(refuses(rules, "/b", subjectClass, owner)).isFalse();
    }

    @Test
    void anUnknownSubjectIsNotAllowedWhatSomeAre() throws PolicyException {
        RuleSet rules =
                compile(
                        "{action: Allow, paths: [/a], from: [/x]}]}, process: {default: Block,"
                                + " rules: [{action: Allow, paths: [/a], from: [/x]}");
        byte[] question = "/a".getBytes(StandardCharsets.UTF_8);
        Asker unknown = new Asker(rules.starts().unknown(), false);
        Asker known = new Asker(classOf(rules, "/x"), false);
        assertThat(Verdict.refuses(rules.judge(QuestionKind.EXEC, Lane.ENFORCE, question, unknown)))
                .isTrue();
        assertThat(rules.judge(QuestionKind.EXEC, Lane.ENFORCE, question, known))
                .isEqualTo(Verdict.ALLOW);
    }

    @Test
    void whatCannotBeResolvedIsRefusedToThoseWhomARuleCouldRefuse() throws PolicyException {
        RuleSet rules = compile("{action: Block, paths: [/a], from: [/x]}");
        int refused = Verdict.of(Verdict.REFUSE, 0);
        assertThat(rules.starts().unresolved(QuestionKind.READ, Lane.ENFORCE, classOf(rules, "/x")))
                .isEqualTo(refused);
        assertThat(
                        rules.starts()
                                .unresolved(
                                        QuestionKind.READ, Lane.ENFORCE, rules.starts().unknown()))
                .isEqualTo(refused);
        assertThat(rules.unresolved(QuestionKind.READ, Lane.ENFORCE)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void subjectsThatAreJudgedAlikeAreOneClass() throws PolicyException {
        RuleSet rules =
                compile(
                        "{action: Block, paths: [/a], from: [/x, /y]},"
                                + " {action: Block, paths: [/a], from: [/y]},"
                                + " {action: Allow, paths: [/b], from: [/z]}");
        assertThat(classOf(rules, "/x")).isEqualTo(classOf(rules, "/y")).isNotZero();
        assertThat(classOf(rules, "/z")).isEqualTo(classOf(rules, "/none")).isZero();
        assertThat(rules.starts().classes()).isEqualTo(2);
    }

    @Test
    void theSpellingOfSubjectsDoesNotMatter() throws PolicyException {
        RuleSet one = compile("{action: Block, paths: [/a], from: [/x, /y]}");
        RuleSet other = compile("{action: Block, paths: [/a], from: ['/[yx]']}");
        assertThat(one.id()).isEqualTo(other.id());
        assertThat(one.id()).isNotEqualTo(compile("{action: Block, paths: [/a], from: [/x]}").id());
    }

    @Test
    void hundredsOfSubjectsShareWhatTheyHaveInCommon() throws PolicyException {
        StringBuilder common = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            common.append("{action: Block, paths: [/common/path/%d]}, ".formatted(i));
        }
        StringBuilder some = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            some.append("{action: Kill, paths: [/own/%d], from: [/bin/s%d]}, ".formatted(i, i));
        }
        RuleSet alone = compile(common.toString());
        RuleSet rules = compile(common.toString() + some);
        assertThat(rules.starts().classes()).isEqualTo(202);
        assertThat(rules.size()).isLessThan(20 * alone.size());
        assertThat(refuses(rules, "/own/77", classOf(rules, "/bin/s77"), false)).isTrue();
        assertThat(refuses(rules, "/own/78", classOf(rules, "/bin/s77"), false)).isFalse();
        assertThat(refuses(rules, "/common/path/7", classOf(rules, "/bin/s77"), false)).isTrue();
    }

    @Test
    void tooManyClassesAreRefusedAndTheRulesNamed() {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            rules.append("{action: Block, paths: [/a%d], from: ['/**/*%d*']}, ".formatted(i, i));
        }
        PolicyTooComplexException e =
                catchThrowableOfType(
                        PolicyTooComplexException.class, () -> compile(rules.toString()));
        assertThat(e)
                .hasMessageContaining("tell 1024 classes of subjects apart, at most 255")
                .hasMessageContaining("default/web spec.file.rules[0] (p.yaml:4)");
        assertThat(e.rules()).hasSize(3);
    }
}
