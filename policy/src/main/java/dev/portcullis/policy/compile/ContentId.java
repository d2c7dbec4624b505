// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.Starts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * The name of a rule set: a hash of everything in it but the files and lines its rules came from.
 * Every string and array goes in with its length before it, so that no two contents are written the
 * same way.
 */
final class ContentId {
    private static final String FORMAT = "portcullis rule set 3";

    private final MessageDigest digest;

    private ContentId() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Hexadecimal SHA-256. */
    static String of(int[] cells, int classes, Starts starts, List<RuleInfo> rules) {
        ContentId id = new ContentId();
        id.add(FORMAT);
        id.add(cells);
        id.add(classes);
        id.add(starts.subject());
        id.add(starts.unknown());
        id.add(starts.states());
        id.add(starts.unresolved());
        id.add(rules.size());
        for (RuleInfo rule : rules) {
            id.add(rule.policy());
            id.add(rule.namespace());
            id.add(rule.field());
            id.add(rule.action());
            id.add(rule.severity());
            id.add(rule.message());
            id.add(rule.labels().size());
            new TreeMap<>(rule.labels())
                    .forEach((key, value) -> {
                        id.add(key);
                        id.add(value);
                    });
        }
        return HexFormat.of().formatHex(id.digest.digest());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * (values.length + 1));
        buffer.putInt(values.length);
        for (int value : values) {
            buffer.putInt(value);
        }
        digest.update(buffer.flip());
    }
}
