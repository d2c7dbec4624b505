// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads BTF, the type information that the compiler leaves in a BPF object: as much as it takes to
 * compare structs, enumerations and the places of global variables. The format is described in the
 * kernel's Documentation/bpf/btf.rst.
 */
public final class Btf {
    private static final int MAGIC = 0xeB9F;
    private static final int HEADER = 24;
    private static final int TYPE = 12;

    /** More qualifiers and typedefs around one type than any compiler writes: a circle. */
    private static final int MAX_DEPTH = 32;

    private static final int KIND_INT = 1;
    private static final int KIND_POINTER = 2;
    private static final int KIND_ARRAY = 3;
    private static final int KIND_STRUCT = 4;
    private static final int KIND_UNION = 5;
    private static final int KIND_ENUM = 6;
    private static final int KIND_TYPEDEF = 8;
    private static final int KIND_VOLATILE = 9;
    private static final int KIND_CONST = 10;
    private static final int KIND_RESTRICT = 11;
    private static final int KIND_PROTOTYPE = 13;
    private static final int KIND_VARIABLE = 14;
    private static final int KIND_DATASEC = 15;
    private static final int KIND_FLOAT = 16;
    private static final int KIND_DECLARATION_TAG = 17;
    private static final int KIND_TYPE_TAG = 18;
    private static final int KIND_ENUM64 = 19;

    /**
     * @param offset in bytes from the struct's beginning
     * @param size in bytes
     */
    public record Member(String name, long offset, long size) {}

    /**
     * @param size in bytes
     */
    public record Struct(String name, long size, List<Member> members) {}

    private final ByteBuffer data;
    private final int strings;
    private final int stringsEnd;
    private final List<Integer> types = new ArrayList<>();
    private final Map<String, Struct> structs = new HashMap<>();
    private final Map<String, Map<String, Integer>> enums = new HashMap<>();
    private final Map<String, Map<String, Long>> variables = new HashMap<>();

    /**
     * @throws IllegalArgumentException if the bytes are not BTF of this machine's byte order, or
     *     are damaged
     */
    public Btf(byte[] bytes) {
        data = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        if (bytes.length < HEADER || Short.toUnsignedInt(data.getShort(0)) != MAGIC) {
            throw new IllegalArgumentException("no BTF of this machine's byte order");
        }
        int begin = within(data.getInt(4), data.getInt(8));
        int end = within(begin, data.getInt(12));
        strings = within(data.getInt(4), data.getInt(16));
        stringsEnd = within(strings, data.getInt(20));
        try {
            types.add(-1); // id 0 is void
            for (int at = begin; at < end; at += TYPE + trailer(at)) {
                types.add(at);
            }
            for (int type : types.subList(1, types.size())) {
                read(type);
            }
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("damaged BTF: a reference leads out of it", e);
        }
    }

    /** The place so far behind another, if both lie in the data. */
    private int within(int from, int distance) {
        long place = Integer.toUnsignedLong(from) + Integer.toUnsignedLong(distance);
        if (place > data.capacity()) {
            throw new IllegalArgumentException("damaged BTF: cut short");
        }
        return (int) place;
    }

    /**
     * @throws IllegalArgumentException if there is none of that name
     */
    public Struct struct(String name) {
        Struct struct = structs.get(name);
        if (struct == null) {
            throw new IllegalArgumentException("the BPF object has no struct " + name);
        }
        return struct;
    }

    /** Whether there is a struct of that name. */
    public boolean hasStruct(String name) {
        return structs.containsKey(name);
    }

    /** The values of a named enumeration, in order. */
    public Map<String, Integer> enumeration(String name) {
        return enums.getOrDefault(name, Map.of());
    }

    /** Byte offsets of the variables in a section such as {@code .rodata}. */
    public Map<String, Long> variables(String section) {
        return variables.getOrDefault(section, Map.of());
    }

    private int kind(int type) {
        return data.getInt(type + 4) >>> 24 & 0x1f;
    }

    private int count(int type) {
        return data.getInt(type + 4) & 0xffff;
    }

    /** The word that is a size for some kinds and another type's id for others. */
    private int sizeOrType(int type) {
        return data.getInt(type + 8);
    }

    private int trailer(int type) {
        return switch (kind(type)) {
            case KIND_INT, KIND_VARIABLE, KIND_DECLARATION_TAG -> 4;
            case KIND_ARRAY -> 12;
            case KIND_STRUCT, KIND_UNION, KIND_DATASEC, KIND_ENUM64 -> 12 * count(type);
            case KIND_ENUM, KIND_PROTOTYPE -> 8 * count(type);
            default -> 0;
        };
    }

    private void read(int type) {
        String name = string(data.getInt(type));
        int count = count(type);
        switch (kind(type)) {
            case KIND_STRUCT -> {
                boolean bitfields = data.getInt(type + 4) < 0;
                List<Member> members = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int member = type + TYPE + 12 * i;
                    int offset = data.getInt(member + 8);
                    long bits = bitfields ? offset & 0xffffff : Integer.toUnsignedLong(offset);
                    members.add(
                            new Member(
                                    string(data.getInt(member)),
                                    bits / 8,
                                    size(data.getInt(member + 4), 0)));
                }
                structs.put(
                        name, new Struct(name, Integer.toUnsignedLong(sizeOrType(type)), members));
            }
            case KIND_ENUM -> {
                Map<String, Integer> values = new LinkedHashMap<>();
                for (int i = 0; i < count; i++) {
                    values.put(
                            string(data.getInt(type + 12 + 8 * i)), data.getInt(type + 16 + 8 * i));
                }
                enums.put(name, values);
            }
            case KIND_DATASEC -> {
                Map<String, Long> offsets = new HashMap<>();
                for (int i = 0; i < count; i++) {
                    int variable = types.get(data.getInt(type + 12 + 12 * i));
                    offsets.put(
                            string(data.getInt(variable)),
                            Integer.toUnsignedLong(data.getInt(type + 16 + 12 * i)));
                }
                variables.put(name, offsets);
            }
            default -> {}
        }
    }

    /** Bytes that a value of a type takes; 0 for a function and for what is only declared. */
    private long size(int id, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("damaged BTF: a type that is made of itself");
        }
        if (id == 0) {
            return 0;
        }
        int type = types.get(id);
        return switch (kind(type)) {
            case KIND_INT, KIND_STRUCT, KIND_UNION, KIND_ENUM, KIND_ENUM64, KIND_FLOAT ->
                    Integer.toUnsignedLong(sizeOrType(type));
            case KIND_POINTER -> Long.BYTES;
            case KIND_ARRAY ->
                    size(data.getInt(type + TYPE), depth + 1)
                            * Integer.toUnsignedLong(data.getInt(type + TYPE + 8));
            case KIND_TYPEDEF, KIND_VOLATILE, KIND_CONST, KIND_RESTRICT, KIND_TYPE_TAG ->
                    size(sizeOrType(type), depth + 1);
            default -> 0;
        };
    }

    private String string(int offset) {
        int begin = within(strings, offset);
        int end = begin;
        while (end < stringsEnd && data.get(end) != 0) {
            end++;
        }
        if (end >= stringsEnd) {
            throw new IllegalArgumentException("damaged BTF: a name without an end");
        }
        return new String(data.array(), begin, end - begin, StandardCharsets.UTF_8);
    }
}
