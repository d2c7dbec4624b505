// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.LabelSelector.Operator;
import dev.portcullis.api.v1alpha1.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
    @Test
    void anEmptySelectorSelectsEverything() {
        assertThat(LabelSelector.EVERYTHING.matches(Map.of())).isTrue();
        assertThat(LabelSelector.EVERYTHING.matches(Map.of("app", "web"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "IN, web, true",
        "IN, db, false",
        "IN, , false",
        "NOT_IN, web, false",
        "NOT_IN, db, true",
        "NOT_IN, , true",
        "EXISTS, db, true",
        "EXISTS, , false",
        "DOES_NOT_EXIST, db, false",
        "DOES_NOT_EXIST, , true",
    })
    void anOperatorMeansWhatKubernetesMeansByIt(Operator operator, String value, boolean selected) {
        boolean hasValues = operator == Operator.IN || operator == Operator.NOT_IN;
        List<String> values = hasValues ? List.of("web", "api") : List.of();
        Map<String, String> labels = value == null ? Map.of("x", "web") : Map.of("app", value);
        assertThat(new Requirement("app", operator, values).matches(labels)).isEqualTo(selected);
    }

    @Test
    void allConditionsMustHold() {
        LabelSelector selector =
                new LabelSelector(
                        Map.of("app", "web"),
                        List.of(new Requirement("tier", Operator.EXISTS, List.of())));
        assertThat(selector.matches(Map.of("app", "web", "tier", "front"))).isTrue();
        assertThat(selector.matches(Map.of("app", "web"))).isFalse();
        assertThat(selector.matches(Map.of("tier", "front"))).isFalse();
    }
}
