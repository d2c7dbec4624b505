// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the definitions say in CEL of a network rule is what the parser says, word by word. */
class CelTest {
    private static final Cel CEL =
            CelFactory.plannerCelBuilder()
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .addVar("self", MapType.create(SimpleType.STRING, SimpleType.DYN))
                    .build();

    private static Object yaml(String text) {
        return Objects.requireNonNull(
                new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    private static Object at(Object node, Object... steps) {
        Object here = node;
        for (Object step : steps) {
            here =
                    step instanceof Integer index
                            ? ((List<?>) here).get(index)
                            : Objects.requireNonNull(((Map<?, ?>) here).get(step));
        }
        return here;
    }

    private static List<String> refusedByCel(String rule)
            throws IOException, CelValidationException, CelEvaluationException {
        Object crd = yaml(Files.readString(Path.of("../deploy/crds/cel/securitypolicies.yaml")));
        Object schema = at(crd, "spec", "versions", 0, "schema", "openAPIV3Schema", "properties");
        Object rules = at(schema, "spec", "properties", "network", "properties", "rules", "items");
        List<String> messages = new ArrayList<>();
        for (Object validation : (List<?>) at(rules, "x-kubernetes-validations")) {
            Object holds =
                    CEL.createProgram(CEL.compile((String) at(validation, "rule")).getAst())
                            .eval(Map.of("self", yaml(rule)));
            if (!holds.equals(true)) {
                messages.add((String) at(validation, "message"));
            }
        }
        return messages;
    }

    private static List<String> refusedByParser(String rule) {
        String policy =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: p}
                spec: {network: {rules: [%s]}}
                """
                        .formatted(rule);
        try {
            PolicyParser.parse("p.yaml", policy.getBytes(UTF_8));
            return List.of();
        } catch (InvalidPolicyException e) {
            return e.problems().stream().map(Problem::message).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{action: Block}",
                "{action: Block, from: [/x]}",
                "{action: Block, peers: [Loopback]}",
                "{action: Block, except: [10.0.0.0/8]}",
                "{action: Block, ports: [80]}",
                "{action: Block, protocols: [ICMP]}",
                "{action: Block, protocols: [TCP, ICMP], ports: [80]}",
                "{action: Block, protocols: [TCP], ports: [80], direction: Listen}",
                "{action: Block, protocols: [TCP, Unix]}",
                "{action: Block, protocols: [Unix], direction: Egress}",
                "{action: Block, protocols: [Netlink], direction: Listen}",
                "{action: Block, protocols: [Raw], cidrs: [10.0.0.0/8]}",
                "{action: Block, protocols: [Packet, ICMP], ports: [80], direction: Listen}",
            })
    void bothRefuseTheSame(String rule)
            throws IOException, CelValidationException, CelEvaluationException {
        assertThat(refusedByCel(rule)).containsExactlyInAnyOrderElementsOf(refusedByParser(rule));
    }
}
