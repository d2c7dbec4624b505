// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonValue;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' label selector. All conditions must hold; without any it selects everything.
 *
 * @param matchLabels labels that must be there with that value
 * @param matchExpressions further conditions
 */
public record LabelSelector(
        @JsonPropertyDescription("Labels that must be there with that value.")
                Map<String, @Pattern(Syntax.LABEL_VALUE) @Size(max = Syntax.MAX_LABEL) String>
                        matchLabels,
        @JsonPropertyDescription("Further conditions, all of which must hold.")
                List<Requirement> matchExpressions) {
    /** Selects everything. */
    public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    /** Whether an object with these labels is selected. */
    public boolean matches(Map<String, String> labels) {
        return matchLabels.entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
                && matchExpressions.stream().allMatch(requirement -> requirement.matches(labels));
    }

    /** How a {@link Requirement} looks at a label. */
    public enum Operator implements Named {
        /** The label is there, with one of the values. */
        IN("In"),

        /** The label is not there, or has none of the values. */
        NOT_IN("NotIn"),

        /** The label is there. */
        EXISTS("Exists"),

        /** The label is not there. */
        DOES_NOT_EXIST("DoesNotExist");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        @Override
        @JsonValue
        public String text() {
            return text;
        }
    }

    /**
     * One condition on one label.
     *
     * @param key the label
     * @param operator how to look at it
     * @param values for {@link Operator#IN} and {@link Operator#NOT_IN}, otherwise empty
     */
    public record Requirement(
            @Required
                    @JsonPropertyDescription("The label, such as app or example.com/app.")
                    @Pattern(Syntax.LABEL_KEY)
                    String key,
            @Required
                    @JsonPropertyDescription(
                            "In and NotIn compare with values, Exists and DoesNotExist do not.")
                    Operator operator,
            @JsonPropertyDescription("At least one for In and NotIn, otherwise none.")
                    List<@Pattern(Syntax.LABEL_VALUE) @Size(max = Syntax.MAX_LABEL) String>
                            values) {
        public Requirement {
            values = List.copyOf(values);
        }

        /** Whether the condition holds for an object with these labels. */
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }
}
