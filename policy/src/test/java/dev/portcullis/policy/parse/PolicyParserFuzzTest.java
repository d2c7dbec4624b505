// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyParserFuzzTest {
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());
    private static final int CASES = 6_000;
    private static final String POLICY =
            """
            apiVersion: portcullis.dev/v1alpha1
            kind: SecurityPolicy
            metadata: {name: web, labels: {a: b}}
            spec:
              podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}
              severity: 7
              process:
                rules: [{action: Block, paths: &p ["/a{b,c}[!d-e]?", '/x/**/\\*', "memfd:*"]}]
              file: {default: Audit, rules: [{action: Kill, paths: *p, access: [Read]}]}
              network:
                rules:
                - {action: Allow, cidrs: [10.0.0.0/8, "::ffff:0:0/96"], ports: [1-79, 80]}
            ---
            """;
    private static final List<String> TOKENS =
            List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "- ",
                    "\n",
                    "\t",
                    "&a ",
                    "*a",
                    "!",
                    "!!int ",
                    "|",
                    ">-",
                    "'",
                    "\"",
                    "\\x",
                    "\\u00",
                    "%YAML 9999999999999.1\n",
                    "---",
                    "...",
                    "? ",
                    "#",
                    "@",
                    "`",
                    "\u0085",
                    "\u2028",
                    "\0",
                    "~",
                    "null",
                    "<<: ",
                    "**",
                    "/..",
                    "-1",
                    "%TAG ! x\n",
                    "\ud83d\ude00",
                    "\ufeff",
                    "!<x>",
                    "\\UFFFFFFFF",
                    "\\ud800");

    @Test
    void whateverTheBytesAreThereIsAPolicyOrAProblem() {
        Random random = new Random(SEED);
        int parsed = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] yaml = mutate(random);
            try {
                new RuleSetCompiler(1 << 16).compile(PolicyParser.parse("f.yaml", yaml));
                parsed++;
            } catch (InvalidPolicyException e) {
                assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.line() > 0);
            } catch (PolicyTooComplexException e) {
                parsed++;
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ": " + HexFormat.of().formatHex(yaml), e);
            }
        }
        assertThat(parsed).as("some mutants live, or nothing deep is tested").isPositive();
    }

    private static byte[] mutate(Random random) {
        StringBuilder text = new StringBuilder(POLICY);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                default -> {
                    int from = random.nextInt(text.length());
                    int to = Math.min(text.length(), from + random.nextInt(40));
                    text.insert(at, text.substring(from, to));
                }
            }
        }
        byte[] yaml = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            yaml[random.nextInt(yaml.length)] = (byte) random.nextInt(256);
        }
        return yaml;
    }
}
