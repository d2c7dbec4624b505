// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTextTest {
    @ParameterizedTest
    @CsvSource({
        "2f657463, /etc",
        "'', ''",
        "c3bc, ü",
        "f09f9880, 😀",
        // not UTF-8: a stray byte, a cut sequence, an overlong slash, a surrogate
        "2fff2f, /\\xff/",
        "2fc3, /\\xc3",
        "f09f98, \\xf0\\x9f\\x98",
        "c0af, \\xc0\\xaf",
        "eda080, \\xed\\xa0\\x80",
        // control characters: line feed, escape, delete, and the 8-bit escape U+009B
        "610a62, a\\x0ab",
        "1b5b306d, \\x1b[0m",
        "7f, \\x7f",
        "c29b306d, \\xc2\\x9b0m",
        "00, \\x00",
        // the backslash, or else these could pass for those above
        "5c786666, \\x5cxff",
    })
    void bytesHaveOneHarmlessText(String bytes, String text) {
        assertThat(PathText.of(HexFormat.of().parseHex(bytes))).isEqualTo(text);
    }

    @Test
    void noTwoNamesHaveTheSameText() {
        byte[] alphabet = "a\\x0f\u009b".getBytes(StandardCharsets.UTF_8);
        alphabet[alphabet.length - 1] = (byte) 0xff;
        Random random = new Random(1);
        Map<String, String> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[random.nextInt(6)];
            for (int j = 0; j < name.length; j++) {
                name[j] = alphabet[random.nextInt(alphabet.length)];
            }
            String bytes = HexFormat.of().formatHex(name);
            assertThat(seen.merge(PathText.of(name), bytes, (old, same) -> old)).isEqualTo(bytes);
        }
    }
}
