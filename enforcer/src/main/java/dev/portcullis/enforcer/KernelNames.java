// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.enforcer.event.EventDecoder;
import dev.portcullis.enforcer.event.PathText;
import dev.portcullis.enforcer.kernel.BpfMap;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.policy.ruleset.RuleSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What the numbers in events stand for. */
final class KernelNames implements EventDecoder.Names {
    /** Executables whose path is kept at hand; others cost one system call an event. */
    private static final int CACHED_SUBJECTS = 4096;

    /** {@code SUBJECT_UNKNOWN} and {@code SUBJECT_OUTSIDE} of the header. */
    private static final long UNKNOWN = 0;

    private static final long OUTSIDE = 1;

    private final Map<Integer, Container> scopes;
    private final IntFunction<@Nullable RuleSet> ruleSets;
    private final BpfMap subjects;
    private final Cache<Long, String> subjectPaths =
            Caffeine.newBuilder().maximumSize(CACHED_SUBJECTS).build();

    KernelNames(
            Map<Integer, Container> scopes,
            IntFunction<@Nullable RuleSet> ruleSets,
            BpfMap subjects) {
        this.scopes = scopes;
        this.ruleSets = ruleSets;
        this.subjects = subjects;
    }

    @Override
    public Container scope(int scope) {
        return scopes.getOrDefault(scope, Container.getDefaultInstance());
    }

    @Override
    public @Nullable RuleSet ruleSet(int number) {
        return ruleSets.apply(number);
    }

    @Override
    public String subject(long id) {
        if (id == UNKNOWN || id == OUTSIDE) {
            return "";
        }
        String path = subjectPaths.get(id, this::readSubject);
        return path == null ? "" : path;
    }

    /**
     * Null where the kernel had no room to remember it, so that the absence is not remembered
     * either.
     */
    private @Nullable String readSubject(long id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.SUBJECT);
            if (!subjects.get(arena.allocateFrom(JAVA_LONG, id), value)) {
                return null;
            }
            int length = value.get(JAVA_INT, Layouts.offset(Layouts.SUBJECT, "length"));
            int kept = Math.min(length, Layouts.SUBJECT_LIMIT);
            // It ends where the struct does, and its beginning is what is missing.
            MemorySegment path = value.asSlice(value.byteSize() - kept);
            return (length > kept ? "..." : "") + PathText.of(path.toArray(JAVA_BYTE));
        }
    }
}
