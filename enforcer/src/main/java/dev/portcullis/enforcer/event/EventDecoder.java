// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Peer;
import dev.portcullis.event.v1alpha1.Process;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns records of the kernel into public events. */
public final class EventDecoder {
    /** What the kernel knows by number only. */
    public interface Names {
        /** A scope's container, as far as it is known. */
        Container scope(int scope);

        /** The rule set of that number, or null if it has been gone for too long. */
        @Nullable RuleSet ruleSet(int number);

        /** The path of an executable by its id; empty if it was not recorded. */
        String subject(long id);
    }

    private final Names names;

    public EventDecoder(Names names) {
        this.names = names;
    }

    /** Whether a record is no event, but says that tasks are held: {@code OUTCOME_NONE}. */
    static boolean isNotice(MemorySegment record) {
        return record.byteSize() >= Layouts.EVENT.byteSize()
                && unsignedByte(record, "outcome") == 0;
    }

    /**
     * Decodes one record.
     *
     * @param record as {@code struct event} and what follows it
     * @param bootEpoch the instant of the machine's boot, in nanoseconds since 1970
     * @throws IllegalStateException if the record is none that this agent's programs write
     */
    public Event decode(MemorySegment record, long bootEpoch) {
        if (record.byteSize() < Layouts.EVENT.byteSize()) {
            throw strange("a record of " + record.byteSize() + " bytes");
        }
        Event.Builder event =
                Event.newBuilder()
                        .setTime(instant(bootEpoch + longAt(record, "time")).toString())
                        .setVerdict(known(Verdict.forNumber(unsignedByte(record, "outcome"))))
                        .setOperation(known(Operation.forNumber(unsignedByte(record, "operation"))))
                        .setUnresolved(unsignedByte(record, "unresolved") != 0)
                        .setProcess(
                                Process.newBuilder()
                                        .setPid(intAt(record, "pid"))
                                        .setTid(intAt(record, "tid"))
                                        .setUid(intAt(record, "uid"))
                                        .setComm(comm(record))
                                        .setSubject(names.subject(longAt(record, "subject")))
                                        .setParentPid(intAt(record, "parent_pid"))
                                        .setParentSubject(
                                                names.subject(longAt(record, "parent_subject"))))
                        .setSuppressed(intAt(record, "suppressed"))
                        .addAllArgv(arguments(record))
                        .setArgvTruncated(intAt(record, "arguments_cut") != 0)
                        .setContainer(
                                names.scope(intAt(record, "scope")).toBuilder()
                                        .setMountNamespace(intAt(record, "mount_namespace"))
                                        .setPidNamespace(intAt(record, "pid_namespace")));
        RuleSet rules = names.ruleSet(intAt(record, "rule_set"));
        if (rules != null) {
            event.setRuleSet(rules.id());
            int rule = intAt(record, "rule");
            if (rule < 0 || rule >= rules.rules().size()) {
                throw strange("rule " + rule + " of " + rules.rules().size());
            }
            event.setRule(RuleSetCodec.encode(rules.rules().get(rule)));
        }
        if (!event.getUnresolved()) {
            describe(event, kind(record), detail(record));
        }
        return event.build();
    }

    private static void describe(Event.Builder event, QuestionKind kind, byte[] detail) {
        switch (kind) {
            case EXEC, MAP, READ, WRITE, READ_WRITE -> event.setPath(PathText.of(detail));
            case EGRESS, LISTEN -> event.setPeer(peer(detail));
            case SOCKET, CAPABILITY, OPERATION -> {
                if (detail.length != 1) {
                    throw strange("a number of " + detail.length + " bytes");
                }
                event.setName(NumberQuestion.text(kind, detail[0] & 0xff));
            }
        }
    }

    private static QuestionKind kind(MemorySegment record) {
        int kind = unsignedByte(record, "kind");
        QuestionKind[] kinds = QuestionKind.values();
        return known(kind < kinds.length ? kinds[kind] : null);
    }

    private static Instant instant(long nanoseconds) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanoseconds, 1_000_000_000L),
                Math.floorMod(nanoseconds, 1_000_000_000L));
    }

    private static byte[] detail(MemorySegment record) {
        return behind(record, 0, intAt(record, "length"));
    }

    /** Each ends with a NUL. */
    private static List<String> arguments(MemorySegment record) {
        byte[] all = behind(record, intAt(record, "length"), intAt(record, "arguments"));
        List<String> arguments = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == 0) {
                arguments.add(PathText.of(Arrays.copyOfRange(all, begin, i)));
                begin = i + 1;
            }
        }
        return arguments;
    }

    /** Bytes of what follows the event. */
    private static byte[] behind(MemorySegment record, int begin, int length) {
        long room = record.byteSize() - Layouts.EVENT.byteSize();
        if (begin < 0 || length < 0 || begin > room - length) {
            throw strange(
                    "%d bytes from %d on, of %d behind an event".formatted(length, begin, room));
        }
        return record.asSlice(Layouts.EVENT.byteSize() + begin, length).toArray(JAVA_BYTE);
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw strange("a value that its enumeration lacks");
        }
        return value;
    }

    private static IllegalStateException strange(String what) {
        return new IllegalStateException(
                "the kernel programs wrote what the agent does not understand: " + what);
    }

    private static Peer peer(byte[] question) {
        if (question.length != EgressQuestion.LENGTH) {
            throw strange("a peer of " + question.length + " bytes");
        }
        boolean v4 = question[EgressQuestion.FAMILY] == 4;
        int from = EgressQuestion.ADDRESS + (v4 ? 12 : 0);
        byte[] address = Arrays.copyOfRange(question, from, EgressQuestion.PORT);
        int protocol = question[EgressQuestion.PROTOCOL] & 0xff;
        try {
            return Peer.newBuilder()
                    .setAddress(InetAddress.getByAddress(address).getHostAddress())
                    .setPort(
                            (question[EgressQuestion.PORT] & 0xff) << 8
                                    | question[EgressQuestion.PORT + 1] & 0xff)
                    .setProtocol(protocolName(protocol))
                    .build();
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static String protocolName(int number) {
        return switch (number) {
            case 1 -> "ICMP";
            case 6 -> "TCP";
            case 17 -> "UDP";
            case 58 -> "ICMPv6";
            case 132 -> "SCTP";
            default -> Integer.toString(number);
        };
    }

    private static String comm(MemorySegment record) {
        byte[] name = record.asSlice(Layouts.offset(Layouts.EVENT, "comm"), 16).toArray(JAVA_BYTE);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return PathText.of(Arrays.copyOf(name, length));
    }

    private static int unsignedByte(MemorySegment record, String member) {
        return record.get(JAVA_BYTE, Layouts.offset(Layouts.EVENT, member)) & 0xff;
    }

    private static int intAt(MemorySegment record, String member) {
        return record.get(JAVA_INT, Layouts.offset(Layouts.EVENT, member));
    }

    private static long longAt(MemorySegment record, String member) {
        return record.get(JAVA_LONG, Layouts.offset(Layouts.EVENT, member));
    }
}
