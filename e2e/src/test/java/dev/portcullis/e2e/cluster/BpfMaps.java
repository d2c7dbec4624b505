// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the kernel of the node holds, by {@code bpftool}. */
final class BpfMaps {
    private static final String PINS = "/sys/fs/bpf/portcullis/";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Where a pair of namespaces belongs.
     *
     * @param bytes of the value, as bpftool takes them
     */
    record Binding(long mount, long pid, long scope, String bytes) {}

    private BpfMaps() {}

    private static JsonNode ask(String command) {
        try {
            return JSON.readTree(NodeShell.run("bpftool -j " + command));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode dump(String map) {
        return ask("map dump pinned " + PINS + map);
    }

    /**
     * The keys of a map whose keys are digits: {@code pods}, {@code containers}, {@code sandboxes}.
     */
    static Set<String> names(String map) {
        Set<String> names = new TreeSet<>();
        for (JsonNode entry : dump(map)) {
            StringBuilder name = new StringBuilder();
            entry.get("key").forEach(digit -> name.append((char) number(digit)));
            names.add(name.toString());
        }
        return names;
    }

    static List<Binding> bindings() {
        List<Binding> bindings = new ArrayList<>();
        for (JsonNode entry : dump("scope_by_namespaces")) {
            JsonNode key = entry.get("key");
            JsonNode value = entry.get("value");
            StringBuilder bytes = new StringBuilder();
            value.forEach(part -> bytes.append(' ').append(number(part)));
            bindings.add(new Binding(word(key, 0), word(key, 4), word(value, 0), bytes.toString()));
        }
        return bindings;
    }

    /** Puts in another key what a binding says. */
    static void plant(Binding binding, long mount, long pid) {
        NodeShell.run(
                "bpftool map update pinned %sscope_by_namespaces key %s value%s"
                        .formatted(PINS, bytes(mount) + " " + bytes(pid), binding.bytes()));
    }

    /** Ids of the pinned programs. */
    static Set<Long> programs() {
        Set<Long> ids = new TreeSet<>();
        // Of one link, by its pin, bpftool 7.5 tells all and then ends with status 255.
        for (JsonNode link : ask("--bpffs link show")) {
            for (JsonNode pin : link.path("pinned")) {
                if (pin.asText().startsWith(PINS + "program_")) {
                    ids.add(link.get("prog_id").asLong());
                }
            }
        }
        return ids;
    }

    private static String bytes(long word) {
        return "%d %d %d %d"
                .formatted(word & 255, word >> 8 & 255, word >> 16 & 255, word >> 24 & 255);
    }

    private static long word(JsonNode bytes, int at) {
        long word = 0;
        for (int i = 3; i >= 0; i--) {
            word = word << 8 | number(bytes.get(at + i));
        }
        return word;
    }

    /** As bpftool writes a byte: {@code "0x1f"}. */
    private static int number(JsonNode text) {
        return Integer.decode(text.asText());
    }
}
