// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.event.v1alpha1.Peer;
import dev.portcullis.event.v1alpha1.Process;
import dev.portcullis.event.v1alpha1.Rule;
import dev.portcullis.event.v1alpha1.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventPrinterTest {
    private static final Event EVENT =
            Event.newBuilder()
                    .setTime("2026-01-01T00:00:00.000000001Z")
                    .setVerdict(Verdict.BLOCKED)
                    .setOperation(Operation.READ)
                    .setPath("/srv/ü \\x0a \"q\"")
                    .setProcess(
                            Process.newBuilder()
                                    .setPid(100)
                                    .setTid(101)
                                    .setUid(-2)
                                    .setComm("cat")
                                    .setSubject("/usr/bin/cat"))
                    .setContainer(
                            Container.newBuilder()
                                    .setName("web")
                                    .setMountNamespace(0xf0000001)
                                    .setPidNamespace(0xf0000002))
                    .setRule(
                            Rule.newBuilder()
                                    .setPolicy("web")
                                    .setNamespace("shop")
                                    .setField("spec.file.rules[0]")
                                    .setSource("web.yaml:7")
                                    .setAction("Block")
                                    .setSeverity(7)
                                    .setMessage("no")
                                    .putLabels("z", "1")
                                    .putLabels("a", "2"))
                    .setRuleSet("cafe")
                    .build();

    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private static final String LINE =
            "{\"time\":\"2026-01-01T00:00:00.000000001Z\",\"verdict\":\"BLOCKED\",\"operation\":\"READ\","
                    + "\"path\":\"/srv/ü \\\\x0a \\\"q\\\"\","
                    + "\"process\":{\"pid\":100,\"tid\":101,\"uid\":4294967294,\"comm\":\"cat\",\"subject\":\"/usr/bin/cat\"},"
                    + "\"container\":{\"name\":\"web\",\"mountNamespace\":4026531841,\"pidNamespace\":4026531842},"
                    + "\"rule\":{\"policy\":\"web\",\"namespace\":\"shop\",\"field\":\"spec.file.rules[0]\",\"source\":\"web.yaml:7\","
                    + "\"action\":\"Block\",\"severity\":7,\"message\":\"no\",\"labels\":{\"a\":\"2\",\"z\":\"1\"}},"
                    + "\"ruleSet\":\"cafe\"}\n";

    @TempDir private Path folder;

    @Test
    void anEventIsOneLineOfJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EventPrinter printer =
                EventPrinter.to(new PrintStream(out, false, StandardCharsets.US_ASCII))) {
            printer.accept(EVENT);
            assertThat(out.toString(StandardCharsets.UTF_8)).as("at once").isEqualTo(LINE);
        }
    }

    @Test
    void aConnectionsPeerIsAnObject() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EventPrinter printer =
                EventPrinter.to(new PrintStream(out, false, StandardCharsets.UTF_8))) {
            printer.accept(
                    Event.newBuilder()
                            .setOperation(Operation.CONNECT)
                            .setPeer(
                                    Peer.newBuilder()
                                            .setAddress("127.0.0.1")
                                            .setPort(80)
                                            .setProtocol("TCP"))
                            .build());
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"operation\":\"CONNECT\",\"peer\":{\"address\":\"127.0.0.1\",\"port\":80,\"protocol\":\"TCP\"}}\n");
    }

    @Test
    void aFileIsAppendedTo() throws Exception {
        Path file = Files.writeString(folder.resolve("events"), "before\n");
        for (int i = 0; i < 2; i++) {
            try (EventPrinter printer = EventPrinter.to(file, NOWHERE)) {
                printer.accept(EVENT);
            }
        }
        assertThat(file).hasContent("before\n" + LINE + LINE);
    }

    @Test
    void withoutAFileTheOtherStreamIsUsedAndStaysOpen() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
        EventPrinter.to(null, stream).close();
        stream.print("still open");
        stream.flush();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("still open");
    }

    @Test
    void aFileThatCannotBeMadeIsNamedWithTheReason() {
        Path file = folder.resolve("no/events");
        assertThatThrownBy(() -> EventPrinter.to(file, NOWHERE))
                .isInstanceOf(BadInputException.class)
                .hasMessage("cannot write events to " + file + ": it does not exist");
    }

    @Test
    void anEventThatCannotBeWrittenIsNotLostSilently() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        try (EventPrinter printer = EventPrinter.to(full, NOWHERE)) {
            assertThatThrownBy(() -> printer.accept(EVENT))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
