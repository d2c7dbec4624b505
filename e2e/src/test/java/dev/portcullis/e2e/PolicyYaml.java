// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.api.v1alpha1.Policy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes policies down as somebody would who wants to repeat what they did. */
final class PolicyYaml {
    private PolicyYaml() {}

    static String of(List<Policy> policies) {
        return String.join("---\n", policies.stream().map(PolicyYaml::of).toList());
    }

    private static String of(Policy policy) {
        String namespace = policy.metadata().namespace();
        return """
        apiVersion: %s
        kind: %s
        metadata: {name: %s%s}
        spec:
          mode: %s
          process: %s
          file: %s
          network: %s
          capabilities: %s
          system: %s
        """
                .formatted(
                        Policy.API_VERSION,
                        policy.kind(),
                        policy.metadata().name(),
                        namespace.isEmpty() ? "" : ", namespace: " + namespace,
                        policy.spec().mode().text(),
                        value(policy.spec().process()),
                        value(policy.spec().file()),
                        value(policy.spec().network()),
                        value(policy.spec().capabilities()),
                        value(policy.spec().system()));
    }

    /** Fields are called as in the language, but for a word that Java reserves. */
    private static String value(Object value) {
        try {
            if (value instanceof Collection<?> all) {
                return all.stream().map(PolicyYaml::value).toList().toString();
            }
            if (value instanceof Record) {
                List<String> fields = new ArrayList<>();
                for (RecordComponent field : value.getClass().getRecordComponents()) {
                    Object content = field.getAccessor().invoke(value);
                    if (!List.of().equals(content)) {
                        String name = field.getName().replace("defaultAction", "default");
                        fields.add(name + ": " + value(content));
                    }
                }
                return "{" + String.join(", ", fields) + "}";
            }
            return value instanceof Enum<?>
                    ? (String) value.getClass().getMethod("text").invoke(value)
                    : value instanceof String ? "'" + value + "'" : value.toString();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record is not to be read", e);
        }
    }
}
