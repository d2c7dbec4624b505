// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.cases.Case;
import dev.portcullis.policy.cases.CaseFile;
import dev.portcullis.policy.cases.CaseFile.Place;
import dev.portcullis.policy.cases.Pod;
import dev.portcullis.policy.explain.Outcome;
import dev.portcullis.policy.explain.Verb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseFileParserTest {
    private static CaseFile parse(String yaml) throws InvalidPolicyException {
        return CaseFileParser.parse("f.test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyFieldIsRead() throws InvalidPolicyException {
        CaseFile file =
                parse(
                        """
                        policies: [a.yaml, ../b]
                        tests:
                        - name: one
                          pod:
                            namespace: shop
                            labels: {app: web}
                            container: nginx
                            namespaceLabels: {}
                            namespaceMode: audit
                          cases:
                          - exec: /a
                            expect: WouldKill
                            rule: spec.process.default
                          - {connect: "10.0.0.1:80", expect: Allow}
                        - cases:
                          - {write: /b, expect: Block}
                          - {capability: NET_RAW, from: /bin/a, expect: Kill}
                          - {open: /c, from: unknown, owner: true, expect: Allow}
                        """);
        assertThat(file.policies()).containsExactly(new Place("a.yaml", 1), new Place("../b", 1));
        assertThat(file.groups().getFirst().name()).isEqualTo("one");
        assertThat(file.groups().getFirst().pod())
                .isEqualTo(
                        new Pod(
                                Optional.of("shop"),
                                Optional.of(Map.of("app", "web")),
                                Optional.of("nginx"),
                                Optional.of(Map.of()),
                                Optional.of("audit")));
        List<Case> cases = file.groups().getFirst().cases();
        assertThat(cases.getFirst().operation()).hasToString("exec /a");
        assertThat(cases.getFirst().expected()).isEqualTo(Outcome.Result.WOULD_KILL);
        assertThat(cases.getFirst().rule()).isEqualTo("spec.process.default");
        assertThat(cases).extracting(Case::line).containsExactly(11, 14);
        assertThat(file.groups().getLast().pod()).isEqualTo(Pod.ANY);
        assertThat(file.groups().getLast().cases().getFirst().operation().verb())
                .isEqualTo(Verb.WRITE);
        assertThat(file.groups().getLast().cases())
                .extracting(one -> one.operation().toString())
                .containsExactly(
                        "write /b",
                        "capability NET_RAW from /bin/a",
                        "read /c from unknown as owner");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}                                                       | 1:1: policies: missing
                    {}                                                       | 1:1: tests: missing
                    {policies: [], tests: []}                                | policies: empty list; write policies: [web.yaml]
                    {policies: [a], tests: []}                               | tests: empty list
                    {policies: [a], tests: [{cases: []}]}                    | tests[0].cases: empty list
                    {policies: [5], tests: [{cases: []}]}                    | policies[0]: found an integer (5); expected a string
                    {policies: [a], tests: [{case: []}]}                     | did you mean "cases"?
                    {policies: [a], tests: [{cases: [{expect: Allow}]}]}     | tests[0].cases[0]: no operation; write one of exec, map, open, write, connect, listen, socket, capability or operation
                    {policies: [a], tests: [{cases: [{exec: /a, open: /a}]}]}| more than one operation
                    {policies: [a], tests: [{cases: [{exec: /a}]}]}          | tests[0].cases[0].expect: missing
                    {policies: [a], tests: [{cases: [{exec: a, expect: x}]}]}| "a" is not absolute
                    {policies: [a], tests: [{cases: [{exec: a, expect: x}]}]}| "x" is no value of it; use Allow
                    {policies: [a], tests: [{cases: [{operation: x, expect: Allow}]}]}| "x" is none; use one of Mount, Ptrace
                    {policies: [a], tests: [{cases: [{exec: /a, from: b, expect: Kill}]}]}| tests[0].cases[0].from: "b" is not absolute
                    {policies: [a], tests: [{cases: [{exec: /a, owner: 1, expect: Kill}]}]}| tests[0].cases[0].owner: found an integer (1)
                    {policies: [a], tests: [{pod: {namespaceMode: on}}]}     | namespaceMode
                    {policies: [a], tests: [{pod: {labels: {a b: c}}}]}      | is no label key
                    a: b: c                                                  | not YAML
                    """)
    void aMistakeIsTold(String yaml, String message) {
        InvalidPolicyException thrown =
                catchThrowableOfType(InvalidPolicyException.class, () -> parse(yaml));
        assertThat(thrown).hasMessageContaining("f.test.yaml:").hasMessageContaining(message);
    }

    @Test
    void oneDocumentIsWhatAFileHolds() {
        for (String yaml : List.of("", "{}\n---\n{}\n")) {
            assertThat(catchThrowableOfType(InvalidPolicyException.class, () -> parse(yaml)))
                    .hasMessageContaining("documents; write one");
        }
    }
}
