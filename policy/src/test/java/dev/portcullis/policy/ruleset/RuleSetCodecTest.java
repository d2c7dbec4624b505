// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.parse.PolicyParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetCodecTest {
    private static RuleSet compiled() throws PolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: web, namespace: shop}
                spec:
                  severity: 7
                  message: no
                  labels: {team: a}
                  process: {default: Block, rules: [{action: Allow, paths: [/bin/sh]}]}
                  network: {rules: [{action: Kill, cidrs: [10.0.0.0/8], from: [/x]}]}
                """;
        return new RuleSetCompiler()
                .compile(PolicyParser.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatArrivesIsWhatWasSent() throws PolicyException, InvalidProtocolBufferException {
        RuleSet rules = compiled();
        RuleSet read =
                RuleSetCodec.decode(
                        dev.portcullis.node.v1alpha1.RuleSet.parseFrom(
                                RuleSetCodec.encode(rules).toByteArray()));
        assertThat(read).isEqualTo(rules);
        assertThat(read.rules()).isEqualTo(rules.rules());
        assertThat(read.classes()).isEqualTo(rules.classes());
        assertThat(read.starts().classes()).isEqualTo(2);
        assertThat(read.starts().states()).isEqualTo(rules.starts().states());
        assertThat(read.starts().unknown()).isEqualTo(rules.starts().unknown());
        assertThat(read.subjectClass("/x".getBytes(StandardCharsets.UTF_8))).isEqualTo(1);
        for (QuestionKind kind : QuestionKind.values()) {
            assertThat(read.start(kind)).isEqualTo(rules.start(kind));
            for (Lane lane : Lane.values()) {
                assertThat(read.unresolved(kind, lane)).isEqualTo(rules.unresolved(kind, lane));
            }
        }
        byte[] shell = "/bin/sh".getBytes(StandardCharsets.UTF_8);
        assertThat(read.judge(QuestionKind.EXEC, Lane.ENFORCE, shell))
                .isEqualTo(rules.judge(QuestionKind.EXEC, Lane.ENFORCE, shell));
    }

    /** Puts a value into a cell. */
    private static void poke(
            dev.portcullis.node.v1alpha1.RuleSet.Builder message, int cell, int value) {
        ByteBuffer cells =
                ByteBuffer.wrap(message.getCells().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        cells.putInt(4 * cell, value);
        message.setCells(ByteString.copyFrom(cells.array()));
    }

    /** The base of the first start state. */
    private static int base(dev.portcullis.node.v1alpha1.RuleSet.Builder message) {
        ByteBuffer cells =
                ByteBuffer.wrap(message.getCells().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        return Cell.target(cells.getInt(4 * message.getStarts(0)));
    }

    @SuppressWarnings("ImmutableEnumChecker")
    enum Damage {
        FORMAT(message -> message.setFormat(99)),
        HALF_A_CELL(message ->
                message.setCells(message.getCells().substring(0, message.getCells().size() - 1))),
        CUT(message ->
                message.setCells(message.getCells().substring(0, message.getCells().size() - 4))),
        NO_CLASSES(message -> message.setClasses(0)),
        CLASS_OUT_OF_RANGE(message -> poke(message, 0, 0xff)),
        START_BETWEEN_STATES(message -> message.setStarts(0, base(message) + Cell.END)),
        START_AMONG_CLASSES(message -> message.setStarts(0, 1)),
        START_BEYOND(message -> message.setStarts(0, Integer.MAX_VALUE)),
        SUBJECT_START_BEYOND(message -> message.setSubjectStart(Integer.MAX_VALUE)),
        UNKNOWN_CLASS_BEYOND(message -> message.setUnknownClass(2)),
        TOO_FEW_STARTS(message -> message.clearStarts().addStarts(0)),
        NEXT_STATE_BEYOND(
                message -> poke(message, base(message) + Cell.FIRST_CLASS, Cell.of(2, 1 << 22))),
        NO_VERDICTS(message -> poke(message, base(message) + Cell.END, Cell.of(Cell.END, 63))),
        BASE_BEYOND(message -> poke(message, message.getStarts(0), Cell.of(Cell.HEAD, 1 << 22))),
        BASE_OF_A_BASE(message -> poke(message, base(message), message.getStarts(0))),
        BASE_WITH_GAPS(message -> poke(message, base(message) + Cell.END, 0)),
        UNKNOWN_RULE(message -> poke(message, Cell.CLASS_CELLS, Verdict.of(Verdict.REFUSE, 99))),
        UNKNOWN_UNRESOLVED_RULE(message -> message.setUnresolved(0, Verdict.of(1, 99)));

        private final Consumer<dev.portcullis.node.v1alpha1.RuleSet.Builder> damage;

        Damage(Consumer<dev.portcullis.node.v1alpha1.RuleSet.Builder> damage) {
            this.damage = damage;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FORMAT, has format 99",
        "HALF_A_CELL, no whole number of cells",
        "CUT, no state begins at cell",
        "NO_CLASSES, 0 byte classes",
        "CLASS_OUT_OF_RANGE, is of class 255",
        "START_BETWEEN_STATES, no state begins at cell",
        "START_AMONG_CLASSES, no state begins at cell 1",
        "START_BEYOND, no state begins at cell 2147483647",
        "SUBJECT_START_BEYOND, no state begins at cell 2147483647",
        "UNKNOWN_CLASS_BEYOND, class 2 of 2",
        "TOO_FEW_STARTS, 1 starts and",
        "NEXT_STATE_BEYOND, no state begins at cell 4194304",
        "NO_VERDICTS, no verdicts at cell 63",
        "BASE_BEYOND, no state begins at cell 4194304",
        "BASE_OF_A_BASE, has another base",
        "BASE_WITH_GAPS, has no column 1",
        "UNKNOWN_RULE, rule 99 of 4",
        "UNKNOWN_UNRESOLVED_RULE, rule 99 of 4",
    })
    void whatTheKernelCouldNotWalkIsRefusedWithTheReason(Damage damage, String reason)
            throws PolicyException {
        RuleSet rules = compiled();
        dev.portcullis.node.v1alpha1.RuleSet.Builder message =
                RuleSetCodec.encode(rules).toBuilder();
        damage.damage.accept(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleSetCodec.decode(message.build()))
                .withMessageContaining(rules.id())
                .withMessageContaining(reason);
    }
}
