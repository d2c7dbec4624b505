// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.policy.InvalidPolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The API server's definition of a policy and the parser speak of the same fields. */
class DefinitionTest {
    private static final Map<String, String> SPEC =
            Map.ofEntries(
                    Map.entry("podSelector", "{matchLabels: {app: web}}"),
                    Map.entry("containers", "[nginx]"),
                    Map.entry("mode", "Audit"),
                    Map.entry("severity", "7"),
                    Map.entry("message", "m"),
                    Map.entry("labels", "{a: b}"),
                    Map.entry("process", "{default: Audit, rules: []}"),
                    Map.entry("file", "{default: Audit, rules: []}"),
                    Map.entry("network", "{default: Audit, rules: []}"),
                    Map.entry("capabilities", "{default: Audit, rules: []}"),
                    Map.entry("system", "{default: Audit, rules: []}"));

    private static final Map<String, Map<String, String>> RULES =
            Map.of(
                    "process",
                            Map.of(
                                    "action", "Block",
                                    "paths", "[/x]",
                                    "except", "[/x]",
                                    "from", "[/x]",
                                    "exceptFrom", "[/x]",
                                    "unlessOwner", "true"),
                    "file",
                            Map.of(
                                    "action", "Block",
                                    "paths", "[/x]",
                                    "except", "[/x]",
                                    "access", "[Read]",
                                    "from", "[/x]",
                                    "exceptFrom", "[/x]",
                                    "unlessOwner", "true"),
                    "network",
                            Map.of(
                                    "action", "Block",
                                    "direction", "Listen",
                                    "peers", "[Loopback]",
                                    "cidrs", "[10.0.0.0/8]",
                                    "except", "[10.1.0.0/16]",
                                    "ports", "[80, \"1-79\"]",
                                    "protocols", "[TCP]",
                                    "from", "[/x]",
                                    "exceptFrom", "[/x]"),
                    "capabilities",
                            Map.of(
                                    "action", "Block",
                                    "names", "[NET_RAW]",
                                    "from", "[/x]",
                                    "exceptFrom", "[/x]"),
                    "system",
                            Map.of(
                                    "action", "Block",
                                    "operations", "[Mount]",
                                    "from", "[/x]",
                                    "exceptFrom", "[/x]"));

    private final Map<?, ?> spec = fields(schema(), "spec");

    DefinitionTest() throws IOException {}

    @Test
    void whatTheDefinitionTypesTheParserAccepts() throws Exception {
        assertThat(fieldNames(spec, true)).isEqualTo(SPEC.keySet());
        parse(flow(SPEC));
        for (Map.Entry<String, Map<String, String>> rule : RULES.entrySet()) {
            assertThat(fieldNames(rules(rule.getKey()), true)).isEqualTo(rule.getValue().keySet());
            parse(inSection(rule.getKey(), rule.getValue()));
        }
    }

    @Test
    void whatTheDefinitionOnlyKeepsTheParserRefuses() {
        for (String name : fieldNames(spec, false)) {
            assertRefused("{" + name + ": {}}", "spec." + name);
        }
    }

    private static void assertRefused(String spec, String field) {
        assertThatThrownBy(() -> parse(spec))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageContaining(field);
    }

    private static void parse(String spec) throws InvalidPolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: p, namespace: n}
                spec: %s
                """
                        .formatted(spec);
        PolicyParser.parse("p.yaml", yaml.getBytes(UTF_8));
    }

    private static String inSection(String section, Map<String, String> rule) {
        return "{" + section + ": {rules: [" + flow(rule) + "]}}";
    }

    private static String flow(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** The names of the fields that have a type, or of those that have none. */
    private static Set<String> fieldNames(Map<?, ?> fields, boolean typed) {
        return fields.entrySet().stream()
                .filter(field -> ((Map<?, ?>) field.getValue()).containsKey("type") == typed)
                .map(field -> (String) field.getKey())
                .collect(Collectors.toSet());
    }

    private Map<?, ?> rules(String section) {
        Map<?, ?> rules = (Map<?, ?>) fields(spec, section).get("rules");
        Map<?, ?> items = (Map<?, ?>) Objects.requireNonNull(rules).get("items");
        return (Map<?, ?>) Objects.requireNonNull(items.get("properties"));
    }

    private static Map<?, ?> fields(Map<?, ?> parent, String name) {
        Map<?, ?> field = (Map<?, ?>) Objects.requireNonNull(parent.get(name));
        return (Map<?, ?>) Objects.requireNonNull(field.get("properties"));
    }

    private static Map<?, ?> schema() throws IOException {
        Object crd =
                new Load(LoadSettings.builder().build())
                        .loadFromString(
                                Files.readString(Path.of("../deploy/crds/securitypolicies.yaml")));
        for (Object step :
                new Object[] {"spec", "versions", 0, "schema", "openAPIV3Schema", "properties"}) {
            crd =
                    step instanceof Integer index
                            ? ((List<?>) crd).get(index)
                            : Objects.requireNonNull(((Map<?, ?>) crd).get(step));
        }
        return (Map<?, ?>) crd;
    }
}
