// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.Glob.Component;
import dev.portcullis.policy.pattern.Glob.Part;
import dev.portcullis.policy.pattern.Glob.Single;
import dev.portcullis.policy.pattern.PatternException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Names that no file can have because they are too long. */
final class LongNames {
    /** The kernel's NAME_MAX. */
    private static final int MAX_BYTES = 255;

    private LongNames() {}

    /** Warns of a pattern that only matches names over the limit. */
    static Optional<String> warningOf(String pattern) {
        if (!pattern.startsWith("/")) {
            return Optional.empty();
        }
        try {
            return Glob.parse(pattern) instanceof Glob.Path path
                            && path.components().stream().anyMatch(LongNames::isTooLong)
                    ? Optional.of(
                            "can never match: a name has at most %d bytes; shorten it"
                                    .formatted(MAX_BYTES))
                    : Optional.empty();
        } catch (PatternException e) {
            throw new IllegalArgumentException("the rulings have taken this pattern", e);
        }
    }

    private static boolean isTooLong(Component component) {
        return component instanceof Single single && shortest(single.parts()) > MAX_BYTES;
    }

    private static int shortest(List<Part> parts) {
        return parts.stream().mapToInt(LongNames::shortest).sum();
    }

    private static int shortest(Part part) {
        return switch (part) {
            case Glob.Text text -> text.text().getBytes(StandardCharsets.UTF_8).length;
            case Glob.Star _ -> 0;
            case Glob.AnyCharacter _, Glob.CharacterClass _ -> 1;
            case Glob.Choice choice ->
                    choice.alternatives().stream().mapToInt(LongNames::shortest).min().orElse(0);
        };
    }
}
