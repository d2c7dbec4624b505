// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A record as the kernel writes it; what is not said has a plausible value. */
final class EventRecord {
    private final MemorySegment record;

    private EventRecord(MemorySegment record) {
        this.record = record;
    }

    static EventRecord of(Verdict verdict, Operation operation, QuestionKind kind, byte[] detail) {
        // A heap segment of longs, for the alignment that a ring buffer gives.
        long size = Layouts.EVENT.byteSize() + detail.length;
        MemorySegment bytes = MemorySegment.ofArray(new long[(int) (size + 7) / 8]);
        EventRecord event = new EventRecord(bytes.asSlice(0, size));
        MemorySegment.copy(
                detail, 0, event.record, JAVA_BYTE, Layouts.EVENT.byteSize(), detail.length);
        byte[] comm = "curl".getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(
                comm, 0, event.record, JAVA_BYTE, Layouts.offset(Layouts.EVENT, "comm"), 4);
        return event.longAt("time", 1_500_000_000L)
                .longAt("subject", 77)
                .longAt("parent_subject", 77)
                .intAt("scope", 2)
                .intAt("rule_set", 5)
                .intAt("rule", 0)
                .intAt("pid", 100)
                .intAt("tid", 101)
                .intAt("uid", 1000)
                .intAt("parent_pid", 99)
                .intAt("mount_namespace", 0xf0000001)
                .intAt("pid_namespace", 0xf0000002)
                .byteAt("outcome", verdict.getNumber())
                .byteAt("operation", operation.getNumber())
                .byteAt("kind", kind.ordinal())
                .intAt("length", detail.length);
    }

    static EventRecord ofPath(Operation operation, QuestionKind kind, String path) {
        return of(Verdict.BLOCKED, operation, kind, path.getBytes(StandardCharsets.UTF_8));
    }

    EventRecord intAt(String member, int value) {
        record.set(JAVA_INT, Layouts.offset(Layouts.EVENT, member), value);
        return this;
    }

    EventRecord longAt(String member, long value) {
        record.set(JAVA_LONG, Layouts.offset(Layouts.EVENT, member), value);
        return this;
    }

    EventRecord byteAt(String member, int value) {
        record.set(JAVA_BYTE, Layouts.offset(Layouts.EVENT, member), (byte) value);
        return this;
    }

    EventRecord comm(byte[] name) {
        MemorySegment.copy(
                name, 0, record, JAVA_BYTE, Layouts.offset(Layouts.EVENT, "comm"), name.length);
        return this;
    }

    MemorySegment segment() {
        return record;
    }

    byte[] bytes() {
        return record.toArray(JAVA_BYTE);
    }
}
