// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.kernel.BpfMap;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import dev.portcullis.enforcer.layout.Layouts;
import dev.portcullis.event.v1alpha1.Container;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelNamesTest {
    private MapsOnly maps;
    private BpfMap subjects;
    private KernelNames names;

    @BeforeEach
    void makeMap() {
        assumeTrue(LibC.effectiveUser() == 0, "making maps needs root");
        maps = MapsOnly.open(KernelPrograms.image());
        maps.create(Set.of("subjects"));
        subjects = new BpfMap("subjects", maps.fd("subjects"));
        names =
                new KernelNames(
                        Map.of(3, Container.newBuilder().setName("web").build()),
                        number -> null,
                        subjects);
    }

    @AfterEach
    void free() {
        if (maps != null) {
            maps.close();
        }
    }

    private void remember(long id, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.SUBJECT);
            value.set(JAVA_INT, Layouts.offset(Layouts.SUBJECT, "length"), bytes.length);
            int kept = Math.min(Layouts.SUBJECT_LIMIT, bytes.length);
            MemorySegment.copy(
                    bytes, bytes.length - kept, value, JAVA_BYTE, value.byteSize() - kept, kept);
            subjects.put(arena.allocateFrom(JAVA_LONG, id), value);
        }
    }

    @Test
    void scopesHaveTheirNameWhereItIsKnown() {
        assertThat(names.scope(3).getName()).isEqualTo("web");
        assertThat(names.scope(4).getName()).isEmpty();
    }

    @Test
    void subjectsHaveThePathThatTheKernelRemembers() {
        remember(7, "/usr/bin/curl");
        assertThat(names.subject(7)).isEqualTo("/usr/bin/curl");
    }

    @Test
    void noSubjectIsEmpty() {
        assertThat(names.subject(0)).isEmpty();
        assertThat(names.subject(1)).as("from outside").isEmpty();
    }

    @Test
    void aSubjectThatWasNotThereIsLookedForAgain() {
        assertThat(names.subject(2)).isEmpty();
        remember(2, "/bin/late");
        assertThat(names.subject(2)).isEqualTo("/bin/late");
    }

    @Test
    void aPathThatWasCutSaysSo() {
        int limit = Layouts.SUBJECT_LIMIT;
        remember(3, "/".repeat(limit));
        remember(4, "/b" + "/a".repeat(limit / 2));
        remember(5, "é" + "/".repeat(limit - 1));
        assertThat(names.subject(3)).isEqualTo("/".repeat(limit));
        assertThat(names.subject(4)).isEqualTo("..." + "/a".repeat(limit / 2));
        assertThat(names.subject(5)).isEqualTo("...\\xa9" + "/".repeat(limit - 1));
    }

    @Test
    void whatIsInAMapIsWrittenReadAndRemoved() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(JAVA_LONG, 9);
            MemorySegment value = arena.allocate(Layouts.SUBJECT);
            assertThat(subjects.get(key, value)).isFalse();
            remember(9, "/x");
            assertThat(subjects.get(key, value)).isTrue();
            subjects.remove(key);
            subjects.remove(key);
            assertThat(subjects.get(key, value)).isFalse();
        }
    }

    @Test
    void aFullMapIsAnExceptionWithItsName() {
        int room = maps.definition("subjects").maxEntries();
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i <= 2 * room; i++) {
                                remember(i + 1L, "/x");
                            }
                        })
                .isInstanceOf(BpfException.class)
                .hasMessageStartingWith("writing to map subjects: Argument list too long");
    }
}
