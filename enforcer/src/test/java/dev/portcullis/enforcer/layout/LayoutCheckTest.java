// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LayoutCheckTest {
    private static byte[] real = {};

    @BeforeAll
    static void readTheRealOne() {
        try (MapsOnly object = MapsOnly.open(KernelPrograms.image())) {
            real = object.btf();
        }
    }

    private static List<String> differences(MemoryLayout... members) {
        StructLayout layout = MemoryLayout.structLayout(members).withName("namespaces");
        return LayoutCheck.differences(new Btf(real), List.of(layout));
    }

    /** The real object's BTF with one name in it replaced by another of the same length. */
    private static List<String> differencesAfterRenaming(String name, String replacement) {
        String text = new String(real, StandardCharsets.ISO_8859_1);
        String renamed = text.replace("\0" + name + "\0", "\0" + replacement + "\0");
        assertThat(renamed).isNotEqualTo(text);
        return LayoutCheck.differences(
                new Btf(renamed.getBytes(StandardCharsets.ISO_8859_1)), Layouts.ALL);
    }

    @Test
    void agentAndObjectAgree() {
        assertThat(LayoutCheck.differences(new Btf(real), Layouts.ALL)).isEmpty();
    }

    @Test
    void aMissingMemberIsTold() {
        assertThat(differences(JAVA_INT.withName("mount")))
                .containsExactly(
                        "struct namespaces has 8 bytes in the object and 4 in the agent",
                        "struct namespaces: member pid is 4 bytes at 4 in the object and missing in the agent");
    }

    @Test
    void aMemberTooManyIsTold() {
        assertThat(
                        differences(
                                JAVA_INT.withName("mount"),
                                JAVA_INT.withName("pid"),
                                JAVA_INT.withName("user")))
                .containsExactly(
                        "struct namespaces has 8 bytes in the object and 12 in the agent",
                        "struct namespaces: member user is missing in the object and 4 bytes at 8 in the agent");
    }

    @Test
    void movedMembersAreTold() {
        assertThat(differences(JAVA_INT.withName("pid"), JAVA_INT.withName("mount")))
                .containsExactly(
                        "struct namespaces: member mount is 4 bytes at 0 in the object and 4 bytes at 4 in the agent",
                        "struct namespaces: member pid is 4 bytes at 4 in the object and 4 bytes at 0 in the agent");
    }

    @Test
    void aResizedMemberIsToldEvenWhereNothingElseMoves() {
        assertThat(
                        differences(
                                JAVA_INT.withName("mount"),
                                JAVA_SHORT.withName("pid"),
                                MemoryLayout.paddingLayout(2)))
                .containsExactly(
                        "struct namespaces: member pid is 4 bytes at 4 in the object and 2 bytes at 4 in the agent");
    }

    @Test
    void aStructThatTheObjectLacksIsTold() {
        StructLayout layout = MemoryLayout.structLayout(JAVA_INT).withName("no_such_struct");
        assertThat(LayoutCheck.differences(new Btf(real), List.of(layout)))
                .containsExactly("struct no_such_struct is in the agent and not in the object");
    }

    @Test
    void aChangedEnumerationIsTold() {
        assertThat(differencesAfterRenaming("KIND_WRITE", "KIND_WROTE"))
                .singleElement()
                .asString()
                .startsWith("enum question_kind is {EXEC=0, MAP=1, READ=2, WROTE=3")
                .contains("in the object and {EXEC=0, MAP=1, READ=2, WRITE=3");
    }

    @Test
    void anEnumerationOfOtherNamesIsTold() {
        assertThat(differencesAfterRenaming("OPERATION_SEND", "SEND_OPERATION"))
                .singleElement()
                .asString()
                .startsWith("enum operation is {")
                .contains("SEND_OPERATION=6");
    }
}
