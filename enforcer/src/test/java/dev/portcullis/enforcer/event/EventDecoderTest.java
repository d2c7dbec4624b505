// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Peer;
import dev.portcullis.event.v1alpha1.Process;
import dev.portcullis.event.v1alpha1.Rule;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
    private final EventDecoder decoder = new EventDecoder(new TestNames());

    private Event decode(EventRecord record) {
        return decoder.decode(record.segment(), 1_000_000_000_000_000_000L);
    }

    private static EventRecord open() {
        return EventRecord.ofPath(Operation.READ, QuestionKind.READ, "/etc/shadow");
    }

    private static EventRecord connect(int protocol, String address, int port)
            throws UnknownHostException {
        return EventRecord.of(
                Verdict.BLOCKED,
                Operation.CONNECT,
                QuestionKind.EGRESS,
                EgressQuestion.of(protocol, InetAddress.getByName(address), port));
    }

    @Test
    void anEventHoldsAllThatTheKernelKnew() {
        assertThat(decode(open()))
                .isEqualTo(
                        Event.newBuilder()
                                .setTime("2001-09-09T01:46:41.500Z")
                                .setVerdict(Verdict.BLOCKED)
                                .setOperation(Operation.READ)
                                .setPath("/etc/shadow")
                                .setProcess(
                                        Process.newBuilder()
                                                .setPid(100)
                                                .setTid(101)
                                                .setUid(1000)
                                                .setComm("curl")
                                                .setSubject("/usr/bin/curl")
                                                .setParentPid(99)
                                                .setParentSubject("/usr/bin/curl"))
                                .setContainer(
                                        Container.newBuilder()
                                                .setName("scope 2")
                                                .setMountNamespace(0xf0000001)
                                                .setPidNamespace(0xf0000002))
                                .setRule(
                                        Rule.newBuilder()
                                                .setPolicy("web")
                                                .setNamespace("shop")
                                                .setField("spec.file.rules[0]")
                                                .setSource("web.yaml:7")
                                                .setAction("Block")
                                                .setSeverity(7)
                                                .setMessage("not for you")
                                                .putLabels("team", "red"))
                                .setRuleSet("cafe")
                                .build());
    }

    @Test
    void anExecutionHasThePathOfWhatWasToBeRun() {
        Event event = decode(EventRecord.ofPath(Operation.EXEC, QuestionKind.EXEC, "/tmp/dropped"));
        assertThat(event.getOperation()).isEqualTo(Operation.EXEC);
        assertThat(event.getPath()).isEqualTo("/tmp/dropped");
        assertThat(event.hasPeer()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "6, 169.254.169.254, 80, 169.254.169.254, TCP",
        "17, 10.0.0.10, 53, 10.0.0.10, UDP",
        "1, 127.0.0.1, 0, 127.0.0.1, ICMP",
        "6, ::1, 65535, 0:0:0:0:0:0:0:1, TCP",
        "58, fe80::1:2, 0, fe80:0:0:0:0:0:1:2, ICMPv6",
        "132, 2001:db8::1, 9, 2001:db8:0:0:0:0:0:1, SCTP",
        "255, 10.0.0.1, 256, 10.0.0.1, 255",
    })
    void aConnectionHasItsPeer(
            int protocol, String peer, int port, String address, String protocolName)
            throws UnknownHostException {
        Event event = decode(connect(protocol, peer, port));
        assertThat(event.getPeer())
                .isEqualTo(
                        Peer.newBuilder()
                                .setAddress(address)
                                .setPort(port)
                                .setProtocol(protocolName)
                                .build());
        assertThat(event.getPath()).isEmpty();
    }

    @Test
    void whatCannotBeToldHasNoPath() {
        Event event = decode(open().byteAt("unresolved", 1));
        assertThat(event.getUnresolved()).isTrue();
        assertThat(event.getPath()).isEmpty();
        assertThat(event.hasPeer()).isFalse();
        assertThat(event.getRule().getPolicy()).isEqualTo("web");
    }

    @Test
    void aRuleSetLongGoneLeavesTheRestOfTheEvent() {
        Event event = decode(open().intAt("rule_set", 6).intAt("rule", 999));
        assertThat(event.hasRule()).isFalse();
        assertThat(event.getRuleSet()).isEmpty();
        assertThat(event.getPath()).isEqualTo("/etc/shadow");
    }

    @Test
    void anExecutableThatWasNotRecordedIsEmpty() {
        assertThat(decode(open().longAt("subject", 0)).getProcess().getSubject()).isEmpty();
    }

    @Test
    void pathsAndNamesOfBytesAreMadeText() {
        byte[] path = {'/', (byte) 0xff, '\n'};
        EventRecord record =
                EventRecord.of(Verdict.AUDITED, Operation.WRITE, QuestionKind.WRITE, path)
                        .comm(new byte[] {'a', 0x1b, (byte) 0xc3, 0, 'x'});
        assertThat(decode(record).getPath()).isEqualTo("/\\xff\\x0a");
        assertThat(decode(record).getProcess().getComm()).isEqualTo("a\\x1b\\xc3");
    }

    @Test
    void aNameThatFillsItsFieldHasNoTerminator() {
        byte[] name = "sixteen-bytes-ok".getBytes(StandardCharsets.UTF_8);
        assertThat(decode(open().comm(name)).getProcess().getComm()).isEqualTo("sixteen-bytes-ok");
    }

    @Test
    void userAndNamespaceNumbersAreUnsigned() {
        Event event = decode(open().intAt("uid", -2));
        assertThat(Integer.toUnsignedLong(event.getProcess().getUid())).isEqualTo(4294967294L);
        assertThat(Integer.toUnsignedLong(event.getContainer().getMountNamespace()))
                .isEqualTo(4026531841L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"BLOCKED", "KILLED", "WOULD_BLOCK", "WOULD_KILL", "AUDITED"})
    void everyVerdictIsTold(Verdict verdict) {
        EventRecord record =
                EventRecord.of(verdict, Operation.READ, QuestionKind.READ, new byte[0]);
        assertThat(decode(record).getVerdict()).isEqualTo(verdict);
        assertThat(decode(record).getPath()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"outcome", "operation"})
    void aNumberThatItsEnumerationLacksIsRefused(String member) {
        assertRefused(open().byteAt(member, 200));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aRuleThatTheRuleSetLacksIsRefused(int rule) {
        assertRefused(open().intAt("rule", rule));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 12, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aDetailLongerThanItsRecordIsRefused(int length) {
        assertRefused(open().intAt("length", length));
    }

    @Test
    void argumentsStandBehindThePath() {
        Event event =
                decode(
                        EventRecord.ofPath(
                                        Operation.EXEC,
                                        QuestionKind.EXEC,
                                        "/bin/sh-sh\0\0a\u0007\0")
                                .intAt("length", 7)
                                .intAt("arguments", 8)
                                .intAt("arguments_cut", 1)
                                .intAt("suppressed", 3));
        assertThat(event.getPath()).isEqualTo("/bin/sh");
        assertThat(event.getArgvList()).containsExactly("-sh", "", "a\\x07");
        assertThat(event.getArgvTruncated()).isTrue();
        assertThat(event.getSuppressed()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void argumentsLongerThanTheirRecordAreRefused(int length) {
        assertRefused(open().intAt("arguments", length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 19, 21})
    void aPeerOfAnotherLengthIsRefused(int length) {
        assertRefused(
                EventRecord.of(
                        Verdict.BLOCKED, Operation.CONNECT, QuestionKind.EGRESS, new byte[length]));
    }

    @Test
    void aRecordThatIsTooShortIsRefused() {
        MemorySegment cut = open().segment().asSlice(0, 79);
        assertThatThrownBy(() -> decoder.decode(cut, 0)).isInstanceOf(IllegalStateException.class);
    }

    private void assertRefused(EventRecord record) {
        assertThatThrownBy(() -> decode(record))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not understand");
    }
}
