// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who does an operation.
 *
 * @param subject the path of its executable, as it was executed; empty where it is not known
 * @param owner whether the file belongs to it
 */
public record Doer(Optional<byte[]> subject, boolean owner) {
    /** The word for a subject that is not known. */
    public static final String UNKNOWN = "unknown";

    /** Somebody whom no rule names, and who owns nothing. No rule names the empty path. */
    public static final Doer ANYBODY = new Doer(Optional.of(new byte[0]), false);

    /**
     * The doer by the words of people.
     *
     * @param from a real path or {@link #UNKNOWN}; empty is somebody whom no rule names
     * @throws PatternException if there is no such path
     */
    public static Doer named(Optional<String> from, boolean owner) throws PatternException {
        if (from.isEmpty()) {
            return new Doer(ANYBODY.subject(), owner);
        }
        return from.get().equals(UNKNOWN)
                ? new Doer(Optional.empty(), owner)
                : new Doer(Optional.of(RealPath.bytes(from.get())), owner);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Doer that
                && owner == that.owner
                && Arrays.equals(subject.orElse(null), that.subject.orElse(null));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(subject.orElse(null)) + Boolean.hashCode(owner);
    }

    /** For behind an operation: {@code from /bin/sh as owner}; empty for {@link #ANYBODY}. */
    @Override
    public String toString() {
        String from =
                subject.map(path -> path.length == 0 ? "" : "from " + RealPath.shown(path))
                        .orElse("from " + UNKNOWN);
        String as = owner ? "as owner" : "";
        return from.isEmpty() || as.isEmpty() ? from + as : from + " " + as;
    }
}
