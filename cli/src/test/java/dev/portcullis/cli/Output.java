// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What the commands print while a test runs. */
final class Output implements BeforeEachCallback, AfterEachCallback {
    private final PrintStream realError = System.err;
    private final PrintStream realOut = System.out;
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public void beforeEach(ExtensionContext context) {
        System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.setErr(realError);
        System.setOut(realOut);
    }

    String error() {
        return error.toString(StandardCharsets.UTF_8);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    void forgetError() {
        error.reset();
    }

    void forgetOut() {
        out.reset();
    }
}
