// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the C headers define and a compiler leaves no trace of in the object. */
public final class CHeaders {
    private static final Path SOURCES =
            Path.of(System.getProperty("basedir", "."), "..", "bpf-lsm", "src");
    private static final Pattern DEFINE =
            Pattern.compile("^#define\\s+(\\w+)\\s+(\\w+)\\s*$", Pattern.MULTILINE);

    private static final Pattern BYTE_MEMBER =
            Pattern.compile("^\\tu8 (\\w+)(?:\\[(\\d+)])?;", Pattern.MULTILINE);

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> numbers = new HashMap<>();

    private CHeaders() {}

    public static CHeaders read() throws IOException {
        CHeaders headers = new CHeaders();
        List<Path> files;
        try (Stream<Path> all = Files.list(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".h")).toList();
        }
        for (Path file : files) {
            headers.text.append(Files.readString(file));
        }
        Matcher matcher = DEFINE.matcher(headers.text);
        while (matcher.find()) {
            headers.numbers.put(matcher.group(1), matcher.group(2));
        }
        return headers;
    }

    /** A name's number; a name that stands for another name is followed. */
    public int number(String name) {
        String value = numbers.get(name);
        if (value == null) {
            throw new IllegalArgumentException("nothing defines " + name);
        }
        return Character.isDigit(value.charAt(0))
                ? Integer.decode(value.replace("u", ""))
                : number(value);
    }

    /** The members of a struct that has bytes only, with their sizes, in order. */
    public Map<String, Integer> bytesOf(String struct) {
        int begin = text.indexOf("\nstruct " + struct + " {\n");
        String body = text.substring(begin, text.indexOf("\n};", begin));
        Map<String, Integer> members = new LinkedHashMap<>();
        Matcher matcher = BYTE_MEMBER.matcher(body);
        while (matcher.find()) {
            String size = matcher.group(2);
            members.put(matcher.group(1), size == null ? 1 : Integer.parseInt(size));
        }
        return members;
    }
}
