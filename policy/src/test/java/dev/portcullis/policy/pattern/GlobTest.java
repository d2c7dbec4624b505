// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    private static boolean matches(String pattern, byte[] path) throws PolicyException {
        SecurityPolicySpec spec =
                new SecurityPolicySpec(
                        LabelSelector.EVERYTHING,
                        List.of(),
                        Mode.ENFORCE,
                        0,
                        "",
                        Map.of(),
                        new Section<>(
                                Action.ALLOW,
                                List.of(
                                        new ProcessRule(
                                                Action.BLOCK,
                                                List.of(pattern),
                                                List.of(),
                                                List.of(),
                                                List.of(),
                                                false))),
                        Section.empty(),
                        Section.empty(),
                        Section.empty(),
                        Section.empty());
        SecurityPolicy policy = new SecurityPolicy(new Metadata("p", "n", Map.of()), spec);
        int verdict =
                new RuleSetCompiler()
                        .compile(List.of(SourcedPolicy.of(policy)))
                        .judge(QuestionKind.EXEC, Lane.ENFORCE, path);
        return Verdict.refuses(verdict);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/etc/shadow, /etc/shadow, true",
                "/etc/shadow, /etc/shadow2, false",
                "/etc/shadow, /etc/shado, false",
                "/etc/shadow, /x/etc/shadow, false",
                "/tmp/*, /tmp/a, true",
                "/tmp/*, /tmp/a/b, false",
                "/tmp/*, /tmp, false",
                "/tmp/*, /tmp/, false",
                "/tmp/*, /tmp/.hidden, true",
                "/tmp/a*b, /tmp/ab, true",
                "/tmp/a*b, /tmp/axxb, true",
                "/tmp/a*b, /tmp/a/b, false",
                "/tmp/**, /tmp/a, true",
                "/tmp/**, /tmp/a/b/c, true",
                "/tmp/**, /tmp, false",
                "/tmp/**, /tmpx/a, false",
                "/**, /, false",
                "/**, /a, true",
                "/, /, true",
                "/, /a, true",
                "/, /a/b, false",
                "/**/xmrig, /xmrig, true",
                "/**/xmrig, /a/b/xmrig, true",
                "/**/xmrig, /a/b/xmrig2, false",
                "/**/xmrig, /a/bxmrig, false",
                "/a/**/b, /a/b, true",
                "/a/**/b, /a/x/y/b, true",
                "/a/**/b, /ab, false",
                "/a/**/**/b, /a/b, true",
                "/a/**/**, /a/b, true",
                "/a/**/**, /a, false",
                "/dir/, /dir, true",
                "/dir/, /dir/a, true",
                "/dir/, /dir/a/b, false",
                "/a/*/, /a/b, true",
                "/a/*/, /a/b/c, true",
                "/a/*/, /a, false",
                "/a?c, /abc, true",
                "/a?c, /aéc, true",
                "/a?c, /a€c, true",
                "/a?c, /a😀c, true",
                "/a?c, /ac, false",
                "/a?c, /abbc, false",
                "/a?c, /a/c, false",
                "/[a-c]x, /bx, true",
                "/[a-c]x, /dx, false",
                "/[!a-c]x, /dx, true",
                "/[!a-c]x, /éx, true",
                "/[!a-c]x, /bx, false",
                "/a[!b]c, /a/c, false",
                "/a[^b]c, /a/c, false",
                "/a[+-9]c, /a/c, false",
                "/a[+-9]c, /a5c, true",
                "/[]x], /], true",
                "/[]x], /x, true",
                "/[a-], /-, true",
                "\"/{a,b}{c,d}\", /bc, true",
                "\"/{a,b}{c,d}\", /ab, false",
                "\"/x{,y{1,2}}\", /x, true",
                "\"/x{,y{1,2}}\", /xy2, true",
                "\"/x{,y{1,2}}\", /xy, false",
                "\"/x/{,y}\", /x/, false",
                "\"/x/{,y}\", /x/y, true",
                "\"/{a,*z}\", /az, true",
                "/a\\*, /a*, true",
                "/a\\*, /ab, false",
                "\"/a\\{b\\,\", \"/a{b,\", true",
                "/a\\\\, /a\\, true",
                "/a b, /a b, true",
                "memfd:*, memfd:x, true",
                "memfd:*, memfd:, true",
                "memfd:*, memfd:a/b, true",
                "memfd:*, /memfd:x, false",
                "memfd:a?b, memfd:a/b, true",
                "memfd:x, memfd:xy, false",
                "memfd:[!a], memfd:/, true",
                "anon:, anon:, true",
                "anon:, anon:x, false",
                "/*, memfd:x, false",
                "/**, x/y, false",
            })
    void aPatternMatches(String pattern, String path, boolean expected) throws PolicyException {
        assertThat(matches(pattern, path.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    }

    @Test
    void namesThatAreNotUtf8DoNotSlipThrough() throws PolicyException {
        byte[] stray = {'/', 'a', (byte) 0xc3, 'b'};
        assertThat(matches("/a?b", stray)).isTrue();
        assertThat(matches("/a[!x]b", stray)).isTrue();
        assertThat(matches("/a*b", stray)).isTrue();
        assertThat(matches("/**", stray)).isTrue();
        byte[] overlong = {'/', (byte) 0xc0, (byte) 0xaf};
        assertThat(matches("/?", overlong)).as("two bytes that are no character").isFalse();
        assertThat(matches("/??", overlong)).isTrue();
    }

    @ParameterizedTest(name = "{0} also means {1}: {2}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/bin/sh, /usr/bin/sh, true",
                "/usr/bin/sh, /bin/sh, true",
                "/sbin/init, /usr/sbin/init, true",
                "/usr/lib/x.so, /lib/x.so, true",
                "/lib32/x, /usr/lib32/x, true",
                "/usr/lib64/x, /lib64/x, true",
                "/libx32/**, /usr/libx32/a/b, true",
                "/var/run/secrets/**, /run/secrets/a, true",
                "/run/x, /var/run/x, true",
                "/bin/, /usr/bin, true",
                "/bin/, /usr/bin/sh, true",
                "/bin/*, /usr/bin/sh, true",
                "/bin, /usr/bin, true",
                "\"/{bin,sbin}/sh\", /usr/sbin/sh, true",
                "\"/usr/{bin,local}/sh\", /bin/sh, true",
                "\"/usr/{bin,local}/sh\", /local/sh, false",
                "\"/{bin,*}/sh\", /usr/bin/sh, true",
                "/*/sh, /usr/bin/sh, false",
                "/[b]in/sh, /usr/bin/sh, false",
                "/binx/sh, /usr/binx/sh, false",
                "/opt/bin/sh, /opt/usr/bin/sh, false",
                "/usr/local/bin/sh, /local/bin/sh, false",
                "/usr/bin/sh, /usr/usr/bin/sh, false",
                "/runx/a, /var/runx/a, false",
                "/var/lib/x, /var/usr/lib/x, false",
            })
    void theUsualAliasesHoldBothWays(String pattern, String path, boolean expected)
            throws PolicyException {
        assertThat(matches(pattern, path.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "etc/shadow", "*", "//", "/a//b", "/a/./b", "/a/..", "/.", "/a/{.,x}/b",
                "/a/\\.\\./b", "/a**", "/**a", "/a/***", "/a/**/", "/{a", "/a}", "/{a}", "/{}",
                "/{a,b/c}", "/{**,a}", "/[a", "/[]", "/[!]", "/[b-a]", "/[é]", "/[a/]", "/a\\",
                "/a\\/b", "/x/{,}/y", "/a\0", "/\ud800", "memfd:**", "memfd:{a", "Memfd:x",
            })
    void whatIsNoPatternIsRefused(String text) {
        assertThatThrownBy(() -> Glob.parse(text))
                .isInstanceOf(PatternException.class)
                .hasMessageContaining("; ");
    }

    @Test
    void lengthAndDepthAreBounded() {
        assertThatThrownBy(() -> Glob.parse("/" + "a".repeat(4096)))
                .hasMessageContaining("longer than 4096 bytes");
        assertThatThrownBy(() -> Glob.parse("/" + "{a,".repeat(17) + "b" + "}".repeat(17)))
                .hasMessageContaining("nested deeper than 16");
    }
}
