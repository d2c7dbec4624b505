// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Tells in one line how the tests of a {@link Suite} went, {@code suite: 3 passed, 0 failed},
 * beside the closing line of all tests: {@code kernel-tests} prints what stands in the file {@code
 * -Dportcullis.closing}. Tests of a factory are not counted: JUnit tells nobody of them.
 */
final class ClosingLine implements TestWatcher {
    @Override
    public void testSuccessful(ExtensionContext context) {
        tally(context).passed++;
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        tally(context).failed++;
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        tally(context).failed++;
    }

    private static Tally tally(ExtensionContext context) {
        String suite =
                AnnotationSupport.findAnnotation(context.getElement(), Suite.class)
                        .or(() ->
                                AnnotationSupport.findAnnotation(
                                        context.getRequiredTestClass(), Suite.class))
                        .orElseThrow()
                        .value();
        return context.getRoot()
                .getStore(Namespace.create(ClosingLine.class))
                .computeIfAbsent(suite, Tally::new, Tally.class);
    }

    /** Closed when all tests have ended. */
    private static final class Tally implements AutoCloseable {
        private final String suite;
        private int passed;
        private int failed;

        Tally(String suite) {
            this.suite = suite;
        }

        @Override
        public void close() throws IOException {
            write("%s: %d passed, %d failed".formatted(suite, passed, failed));
        }
    }

    /** Has a line printed at the end of all tests. */
    static void write(String line) throws IOException {
        System.out.println(line);
        String file = System.getProperty("portcullis.closing");
        if (file != null) {
            Files.writeString(
                    Path.of(file),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
