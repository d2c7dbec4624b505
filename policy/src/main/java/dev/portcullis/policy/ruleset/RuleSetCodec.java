// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.portcullis.event.v1alpha1.Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A compiled rule set as it travels from the operator to the nodes, and rests on their disks. */
public final class RuleSetCodec {
    /** The format that {@link #encode} writes, and the only one that {@link #decode} reads. */
    public static final int FORMAT = 4;

    private RuleSetCodec() {}

    public static dev.portcullis.node.v1alpha1.RuleSet encode(RuleSet rules) {
        int[] cells = rules.cells();
        ByteBuffer bytes = ByteBuffer.allocate(4 * cells.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(cells);
        dev.portcullis.node.v1alpha1.RuleSet.Builder message =
                dev.portcullis.node.v1alpha1.RuleSet.newBuilder()
                        .setId(rules.id())
                        .setFormat(FORMAT)
                        .setCells(UnsafeByteOperations.unsafeWrap(bytes))
                        .setClasses(rules.classes());
        Starts starts = rules.starts();
        message.setSubjectStart(starts.subject()).setUnknownClass(starts.unknown());
        Arrays.stream(starts.states()).forEach(message::addStarts);
        Arrays.stream(starts.unresolved()).forEach(message::addUnresolved);
        rules.rules().forEach(rule -> message.addRules(encode(rule)));
        return message.build();
    }

    /** A rule as events and rule sets tell of it. */
    public static Rule encode(RuleInfo rule) {
        return Rule.newBuilder()
                .setPolicy(rule.policy())
                .setNamespace(rule.namespace())
                .setField(rule.field())
                .setSource(rule.source())
                .setAction(rule.action())
                .setSeverity(rule.severity())
                .setMessage(rule.message())
                .putAllLabels(rule.labels())
                .build();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is of another format, or no rule set that the kernel
     *     could walk without leaving it; says what is wrong
     */
    public static RuleSet decode(dev.portcullis.node.v1alpha1.RuleSet message) {
        if (message.getFormat() != FORMAT) {
            throw new IllegalArgumentException(
                    "rule set %s has format %d, this version reads %d"
                            .formatted(message.getId(), message.getFormat(), FORMAT));
        }
        ByteString bytes = message.getCells();
        if (bytes.size() % 4 != 0) {
            throw new IllegalArgumentException(
                    "rule set %s: %d bytes are no whole number of cells"
                            .formatted(message.getId(), bytes.size()));
        }
        int[] cells = new int[bytes.size() / 4];
        bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(cells);
        List<RuleInfo> rules = message.getRulesList().stream().map(RuleSetCodec::decode).toList();
        RuleSet decoded;
        try {
            decoded =
                    new RuleSet(
                            message.getId(),
                            cells,
                            message.getClasses(),
                            new Starts(
                                    message.getSubjectStart(),
                                    message.getUnknownClass(),
                                    ints(message.getStartsList()),
                                    ints(message.getUnresolvedList())),
                            rules);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "rule set " + message.getId() + ": " + e.getMessage(), e);
        }
        RuleSetCheck.check(decoded, cells);
        return decoded;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private static RuleInfo decode(Rule rule) {
        return new RuleInfo(
                rule.getPolicy(),
                rule.getNamespace(),
                rule.getField(),
                rule.getSource(),
                rule.getAction(),
                rule.getSeverity(),
                rule.getMessage(),
                rule.getLabelsMap());
    }
}
