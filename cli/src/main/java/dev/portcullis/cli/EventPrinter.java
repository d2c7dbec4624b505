// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.event.v1alpha1.Event;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as JSON, one a line, with the names of {@code event.proto}, in UTF-8 whatever the
 * locale is.
 */
final class EventPrinter implements Consumer<Event>, AutoCloseable {
    private final JsonFormat.Printer printer =
            JsonFormat.printer().omittingInsignificantWhitespace().sortingMapKeys();
    private final PrintStream out;
    private final boolean owned;

    private EventPrinter(PrintStream out, boolean owned) {
        this.out = out;
        this.owned = owned;
    }

    /** Writes to a stream that stays open. */
    static EventPrinter to(PrintStream out) {
        return new EventPrinter(out, false);
    }

    /** Appends to a file, or writes to {@code otherwise} where there is none. */
    static EventPrinter to(@Nullable Path file, PrintStream otherwise) {
        if (file == null) {
            return to(otherwise);
        }
        try {
            return new EventPrinter(
                    new PrintStream(
                            Files.newOutputStream(
                                    file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            true,
                            StandardCharsets.UTF_8),
                    true);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write events to " + file + ": " + EnforcerException.reason(e));
        }
    }

    /**
     * @throws IllegalStateException if the event could not be written, as on a full disk
     */
    @Override
    public void accept(Event event) {
        byte[] line;
        try {
            line = (printer.print(event) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("an event that JSON cannot hold", e);
        }
        out.write(line, 0, line.length);
        if (out.checkError()) { // flushes as well
            throw new IllegalStateException("an event could not be written to its file or stream");
        }
    }

    @Override
    public void close() {
        out.flush();
        if (owned) {
            out.close();
        }
    }
}
