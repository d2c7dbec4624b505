// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Verdict;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what Java believes of the BPF object with what the object says of itself. */
public final class LayoutCheck {
    private LayoutCheck() {}

    /**
     * Compares structs member by member, and the enumerations value by value.
     *
     * @return the differences, a sentence each; empty if there is none
     */
    public static List<String> differences(Btf btf, List<StructLayout> layouts) {
        List<String> found = new ArrayList<>();
        for (StructLayout layout : layouts) {
            String name = layout.name().orElseThrow();
            if (btf.hasStruct(name)) {
                compare(btf.struct(name), layout, found);
            } else {
                found.add("struct " + name + " is in the agent and not in the object");
            }
        }
        compare(btf, "question_kind", "KIND_", ordinals(QuestionKind.values()), found);
        compare(btf, "statistic", "STATISTIC_", ordinals(Statistic.values()), found);
        compare(btf, "reserved_scope", "SCOPE_", ordinals(ReservedScope.values()), found);
        Map<String, Integer> operations = new LinkedHashMap<>();
        for (Operation operation : Operation.values()) {
            if (operation != Operation.UNRECOGNIZED
                    && operation != Operation.OPERATION_UNSPECIFIED) {
                operations.put(operation.name(), operation.getNumber());
            }
        }
        compare(btf, "operation", "OPERATION_", operations, found);
        compare(btf, "socket_sort", "SORT_", numbers(NumberQuestion.sockets()), found);
        compare(btf, "system_operation", "SYSTEM_", numbers(SystemOperation.values()), found);
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            if (verdict != Verdict.UNRECOGNIZED && verdict != Verdict.VERDICT_UNSPECIFIED) {
                outcomes.put(verdict.name(), verdict.getNumber());
            }
        }
        compare(btf, "outcome", "OUTCOME_", outcomes, found);
        return found;
    }

    private static void compare(Btf.Struct theirs, StructLayout ours, List<String> found) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (MemoryLayout member : ours.memberLayouts()) {
            member.name()
                    .ifPresent(name ->
                            expected.put(
                                    name, place(Layouts.offset(ours, name), member.byteSize())));
        }
        Map<String, String> actual = new LinkedHashMap<>();
        theirs.members()
                .forEach(
                        member -> actual.put(member.name(), place(member.offset(), member.size())));
        if (theirs.size() != ours.byteSize()) {
            found.add(
                    "struct "
                            + theirs.name()
                            + " has "
                            + theirs.size()
                            + " bytes in the object and "
                            + ours.byteSize()
                            + " in the agent");
        }
        Set<String> names = new LinkedHashSet<>(actual.keySet());
        names.addAll(expected.keySet());
        for (String name : names) {
            String there = actual.getOrDefault(name, "missing");
            String here = expected.getOrDefault(name, "missing");
            if (!there.equals(here)) {
                found.add(
                        "struct "
                                + theirs.name()
                                + ": member "
                                + name
                                + " is "
                                + there
                                + " in the object and "
                                + here
                                + " in the agent");
            }
        }
    }

    private static String place(long offset, long size) {
        return size + " bytes at " + offset;
    }

    private static void compare(
            Btf btf,
            String name,
            String prefix,
            Map<String, Integer> expected,
            List<String> found) {
        Map<String, Integer> actual = new LinkedHashMap<>();
        btf.enumeration(name)
                .forEach((key, value) -> {
                    if (!key.equals(prefix + "COUNT")) {
                        String plain =
                                key.startsWith(prefix) ? key.substring(prefix.length()) : key;
                        actual.put(plain, value);
                    }
                });
        if (!actual.equals(expected)) {
            found.add(
                    "enum "
                            + name
                            + " is "
                            + actual
                            + " in the object and "
                            + expected
                            + " in the agent");
        }
    }

    private static Map<String, Integer> numbers(Protocol[] sockets) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (Protocol socket : sockets) {
            numbers.put(socket.name(), NumberQuestion.of(socket));
        }
        return numbers;
    }

    private static Map<String, Integer> numbers(SystemOperation[] operations) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (SystemOperation operation : operations) {
            numbers.put(operation.name(), NumberQuestion.of(operation));
        }
        return numbers;
    }

    private static Map<String, Integer> ordinals(Enum<?>[] values) {
        Map<String, Integer> ordinals = new LinkedHashMap<>();
        for (Enum<?> value : values) {
            ordinals.put(value.name(), value.ordinal());
        }
        return ordinals;
    }
}
