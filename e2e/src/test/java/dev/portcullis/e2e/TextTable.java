// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.util.ArrayList;
import java.util.List;

/** Tables in resources, some of them of what was measured on the kernels that we support. */
final class TextTable {
    private static final String VERSION = System.getProperty("os.version");

    private TextTable() {}

    /**
     * A line.
     *
     * @param number from 1
     */
    record Line(int number, List<String> columns) {
        String column(int index) {
            return columns.get(index);
        }

        /** Whether a column says {@code all} or names this kernel among others. */
        boolean isOnThisKernel(int index) {
            return column(index).equals("all")
                    || List.of(column(index).split(" ", -1)).stream().anyMatch(TextTable::isThis);
        }
    }

    /** Whether a version, {@code 6.12}, is that of the kernel that runs. */
    static boolean isThis(String version) {
        return VERSION.startsWith(version) && !VERSION.substring(version.length()).matches("\\d.*");
    }

    /** Reads a resource beside this class: {@code |} between columns. */
    static List<Line> read(String resource, int columns) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String text : ConformanceTable.resource(resource).split("\n", -1)) {
            number++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            List<String> parts = List.of(text.strip().split("\\s*\\|\\s*", -1));
            if (parts.size() != columns) {
                throw new IllegalArgumentException(
                        "%s, line %d has %d columns".formatted(resource, number, parts.size()));
            }
            lines.add(new Line(number, parts));
        }
        return lines;
    }
}
