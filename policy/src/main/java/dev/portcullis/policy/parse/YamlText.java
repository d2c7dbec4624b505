// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.policy.InvalidPolicyException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** From bytes to the node trees of a file's documents, within bounds. */
final class YamlText {
    /** The largest file, in bytes; also the API server's limit for an object. */
    static final int MAX_BYTES = 1 << 20;

    /** A policy needs 8 levels. The composer recurses, so there must be an end. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_ALIASES = 50;

    private final String file;
    private final Problems problems;
    private Optional<Mark> last = Optional.empty();

    YamlText(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The documents; throws at the first error, because what follows it has no structure. */
    List<Node> documents(byte[] yaml) throws InvalidPolicyException {
        String text = decode(yaml);
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setCodePointLimit(MAX_BYTES).build();
        List<Node> documents = new ArrayList<>();
        try {
            checkBounds(new Parse(settings).parseString(text));
            problems.throwIfAny();
            new Compose(settings).composeAllFromString(text).forEach(documents::add);
        } catch (MarkedYamlEngineException e) {
            String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
            problems.add(e.getProblemMark(), "", "not YAML: " + e.getProblem() + context);
        } catch (ReaderException e) {
            addAt(
                    text,
                    text.offsetByCodePoints(0, e.getPosition()),
                    "not YAML: character U+%04X; write it as an escape in double quotes"
                            .formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            problems.add(1, 1, "", "not YAML: " + e.getMessage());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The scanner lets them out for escapes and directives with numbers out of range.
            problems.add(last, "", "not YAML behind this: " + e.getMessage());
        }
        problems.throwIfAny();
        return documents;
    }

    private String decode(byte[] yaml) throws InvalidPolicyException {
        if (yaml.length > MAX_BYTES) {
            problems.add(1, 1, "", "larger than " + MAX_BYTES + " bytes; split the file");
            problems.throwIfAny();
        }
        ByteBuffer in = ByteBuffer.wrap(yaml);
        CharBuffer out = CharBuffer.allocate(yaml.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            addAt(
                    text,
                    text.length(),
                    "byte %02x is not UTF-8; save the file as UTF-8"
                            .formatted(yaml[in.position()]));
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            addAt(text, nul, "NUL byte; remove it");
        }
        problems.throwIfAny();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private void checkBounds(Iterable<Event> events) {
        int depth = 0;
        int aliases = 0;
        for (Event event : events) {
            last = event.getEndMark();
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                case Alias -> aliases++;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                problems.add(
                        event.getStartMark(),
                        "",
                        "nested deeper than " + MAX_DEPTH + " levels; no policy needs that");
                return;
            }
            if (aliases > MAX_ALIASES) {
                problems.add(
                        event.getStartMark(),
                        "",
                        "more than " + MAX_ALIASES + " aliases; write the values out");
                return;
            }
        }
    }

    private void addAt(String text, int offset, String message) {
        String before = text.substring(0, offset);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int lineStart = before.lastIndexOf('\n') + 1;
        problems.add(line, before.codePointCount(lineStart, offset) + 1, "", message);
    }
}
