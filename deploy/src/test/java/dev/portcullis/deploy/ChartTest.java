// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.deploy;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
    private static final String RECENT = "1.31.0";
    private static final Path DEFINITIONS = Chart.FOLDER.resolve("definitions");
    private static final Predicate<Map<?, ?>> IS_DEFINITION =
            object -> "CustomResourceDefinition".equals(object.get("kind"));

    @Test
    void lintHasNothingToSayButThatThereIsNoIcon() {
        LintResult lint = Chart.lint(Chart.FOLDER);
        assertThat(lint.isFailed()).isFalse();
        assertThat(lint.getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
    }

    @Test
    void lintTellsOfAMistake(@TempDir Path folder) throws IOException {
        try (var files = Files.walk(Chart.FOLDER)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file)) {
                    Path copy = folder.resolve(Chart.FOLDER.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        assertThat(Chart.lint(folder).isFailed()).isFalse();
        Path template = folder.resolve("templates/namespace.yaml");
        Files.writeString(template, Files.readString(template) + "{{ end }}\n");
        assertThat(Chart.lint(folder).isFailed()).isTrue();
    }

    @Test
    void itsVersionIsThatOfTheBuild() throws IOException {
        Map<?, ?> chart = yaml(Chart.FOLDER.resolve("Chart.yaml"));
        Matcher version =
                Pattern.compile("<version>(.*)</version>")
                        .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(chart.get("version")).isEqualTo(version.group(1));
        assertThat(chart.get("appVersion")).isEqualTo(version.group(1));
    }

    @ParameterizedTest
    @CsvSource({
        "1.20.0, auto, ''",
        "1.24.17, auto, ''",
        "v1.24.17-eks-0a1b2c3, auto, ''",
        "1.25.0, auto, cel",
        "v1.25.0-gke.1, auto, cel",
        "1.31.0, auto, cel",
        "1.20.0, true, cel",
        "1.31.0, false, ''",
    })
    void definitionsHaveCelIfTheApiServerKnowsItOrIfToldSo(
            String kubernetes, String cel, String folder) throws IOException {
        Map<Object, Object> generated = new HashMap<>();
        try (var files = Files.newDirectoryStream(DEFINITIONS.resolve(folder), "*.yaml")) {
            for (Path file : files) {
                Map<?, ?> definition = yaml(file);
                generated.put(name(definition), definition);
            }
        }
        assertThat(generated).hasSize(3);
        assertThat(
                        objects(kubernetes, "crds: {cel: " + cel + "}").stream()
                                .filter(IS_DEFINITION)
                                .collect(toMap(ChartTest::name, object -> (Object) object)))
                .isEqualTo(generated);
    }

    /** Else the cases above would hold for a chart that has but one of the two. */
    @Test
    void theFormsOfTheDefinitionsDiffer() throws IOException {
        String file = "securitypolicies.yaml";
        assertThat(yaml(DEFINITIONS.resolve(file)))
                .isNotEqualTo(yaml(DEFINITIONS.resolve("cel").resolve(file)));
    }

    @Test
    void uninstallingKeepsTheDefinitions() throws IOException {
        assertThat(objects(RECENT, "").stream().filter(IS_DEFINITION))
                .hasSize(3)
                .allSatisfy(object ->
                        assertThat(at(object, "metadata", "annotations", "helm.sh/resource-policy"))
                                .isEqualTo("keep"));
    }

    @Test
    void definitionsCanBeLeftOut() throws IOException {
        List<Map<?, ?>> all = objects(RECENT, "");
        assertThat(objects(RECENT, "crds: {install: false}"))
                .isEqualTo(all.stream().filter(IS_DEFINITION.negate()).toList())
                .isNotEqualTo(all);
    }

    @Test
    void everythingIsInTheNamespaceOfTheRelease() throws IOException {
        List<Map<?, ?>> objects = Chart.objects(RECENT, "elsewhere", "");
        List<Object> namespaced = new ArrayList<>();
        for (Map<?, ?> object : objects) {
            Object namespace = at(object, "metadata", "namespace");
            if (namespace != null) {
                namespaced.add(object.get("kind"));
                assertThat(namespace).as(name(object)).isEqualTo("elsewhere");
            }
            if (at(object, "subjects") instanceof List<?> subjects) {
                assertThat(subjects)
                        .allSatisfy(subject ->
                                assertThat(at(subject, "namespace")).isEqualTo("elsewhere"));
            }
        }
        assertThat(namespaced)
                .containsExactlyInAnyOrder(
                        "ServiceAccount",
                        "ServiceAccount",
                        "Role",
                        "RoleBinding",
                        "Service",
                        "Deployment",
                        "DaemonSet");
        assertThat(arguments(enforcer(objects)))
                .contains(
                        "--namespace=elsewhere", "--server-name=portcullis-operator.elsewhere.svc");
    }

    @Test
    void theNamespaceIsMadeOnlyIfAsked() throws IOException {
        assertThat(objects(RECENT, "")).noneMatch(object -> "Namespace".equals(object.get("kind")));
        Map<?, ?> namespace = object(objects(RECENT, "namespace: {create: true}"), "Namespace");
        assertThat(name(namespace)).isEqualTo(Chart.NAMESPACE);
        assertThat(at(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce"))
                .isEqualTo("privileged");
    }

    @Test
    void policiesOfTheDefaultNamespaceAreNotMadeToHaveNoEffect() {
        assertThatThrownBy(() -> Chart.render(RECENT, "default", ""))
                .hasMessageContaining("Install it into one of its own, not into default");
    }

    @Test
    void imagesAreThoseOfTheChartOrOfWhoInstalls() throws IOException {
        String version = (String) yaml(Chart.FOLDER.resolve("Chart.yaml")).get("appVersion");
        List<Map<?, ?>> plain = objects(RECENT, "");
        assertThat(container(operator(plain)).get("image"))
                .isEqualTo("portcullis.dev/operator:" + version);
        assertThat(container(enforcer(plain)).get("image"))
                .isEqualTo("portcullis.dev/enforcer:" + version);
        assertThat(at(enforcer(plain), "imagePullSecrets")).isNull();

        List<Map<?, ?>> own =
                objects(
                        RECENT,
                        """
                        imagePullSecrets: [{name: registry}]
                        operator: {image: {repository: "r.example:5000/o", tag: "1", pullPolicy: Always}}
                        enforcer: {image: {repository: r.example/e}}
                        """);
        assertThat(container(operator(own)).get("image")).isEqualTo("r.example:5000/o:1");
        assertThat(container(operator(own)).get("imagePullPolicy")).isEqualTo("Always");
        assertThat(container(enforcer(own)).get("image")).isEqualTo("r.example/e:" + version);
        for (Map<?, ?> pod : List.of(operator(own), enforcer(own))) {
            assertThat(pod.get("imagePullSecrets")).isEqualTo(List.of(Map.of("name", "registry")));
        }
    }

    @ParameterizedTest
    @CsvSource({"operator, Deployment", "enforcer, DaemonSet"})
    void eachPartCanBePlacedAndSized(String part, String kind) throws IOException {
        Map<?, ?> object =
                object(
                        objects(
                                RECENT,
                                """
                                %s:
                                  priorityClassName: mine
                                  nodeSelector: {pool: system}
                                  tolerations: [{key: taint, operator: Exists}]
                                  affinity: {nodeAffinity: {required: here}}
                                  podAnnotations: {example.org/note: "7"}
                                  resources: {requests: {cpu: 2}, limits: {cpu: 4}}
                                """
                                        .formatted(part)),
                        kind);
        Map<?, ?> pod = pod(object);
        assertThat(pod.get("priorityClassName")).isEqualTo("mine");
        assertThat(pod.get("nodeSelector"))
                .isEqualTo(Map.of("kubernetes.io/os", "linux", "pool", "system"));
        assertThat(pod.get("tolerations"))
                .isEqualTo(List.of(Map.of("key", "taint", "operator", "Exists")));
        assertThat(pod.get("affinity"))
                .isEqualTo(Map.of("nodeAffinity", Map.of("required", "here")));
        assertThat(at(object, "spec", "template", "metadata", "annotations", "example.org/note"))
                .isEqualTo("7");
        assertThat(at(container(pod), "resources", "requests", "cpu")).isEqualTo(2);
        assertThat(at(container(pod), "resources", "limits", "cpu")).isEqualTo(4);
    }

    @Test
    void theClientOfTheOperatorIsSetByItsEnvironment() throws IOException {
        List<Map<?, ?>> objects = objects(RECENT, "operator: {env: {HTTPS_PROXY: 'http://p'}}");
        assertThat((List<?>) container(operator(objects)).get("env"))
                .map(variable -> (Object) variable)
                .contains(
                        Map.of("name", "HTTPS_PROXY", "value", "http://p"),
                        Map.of("name", "KUBERNETES_REQUEST_TIMEOUT", "value", "60000"));
    }

    @Test
    void whatTheEnforcerIsToldReachesItsOptions() throws IOException {
        List<Map<?, ?>> objects =
                objects(
                        RECENT,
                        """
                        enforcer:
                          unknownPods: allow
                          bundles: /run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io
                          healthPort: 9500
                          maxUnavailable: 1
                        """);
        Map<?, ?> pod = enforcer(objects);
        assertThat(arguments(pod))
                .contains(
                        "--unknown-pods=allow",
                        "--bundles=/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io",
                        "--health-port=9500");
        for (String probe : List.of("readinessProbe", "startupProbe", "livenessProbe")) {
            assertThat(at(container(pod), probe, "httpGet", "port")).as(probe).isEqualTo(9500);
        }
        String mounted = "/run/k3s/containerd/io.containerd.runtime.v2.task";
        assertThat(named("bundles", container(pod).get("volumeMounts")).get("mountPath"))
                .isEqualTo(mounted);
        assertThat(at(named("bundles", pod.get("volumes")), "hostPath", "path")).isEqualTo(mounted);
        assertThat(
                        at(
                                object(objects, "DaemonSet"),
                                "spec",
                                "updateStrategy",
                                "rollingUpdate",
                                "maxUnavailable"))
                .isEqualTo(1);
    }

    /** The options that the templates write are those of the program. */
    @Test
    void theEnforcerKnowsItsArguments() throws IOException {
        String command =
                Files.readString(
                        Path.of("../cli/src/main/java/dev/portcullis/cli/AgentCommand.java"));
        assertThat(arguments(enforcer(objects(RECENT, ""))))
                .hasSize(10)
                .allSatisfy(argument ->
                        assertThat(command).contains('"' + argument.replaceFirst("=.*", "") + '"'));
    }

    @Test
    void appArmorIsTurnedOffInTheWordsOfTheApiServer() throws IOException {
        String annotation = "container.apparmor.security.beta.kubernetes.io/enforcer";
        String[] metadata = {"spec", "template", "metadata", "annotations", annotation};
        List<Map<?, ?>> before = objects("1.29.5", "enforcer: {podAnnotations: {a: b}}");
        assertThat(at(object(before, "DaemonSet"), metadata)).isEqualTo("unconfined");
        assertThat(at(container(enforcer(before)), "securityContext", "appArmorProfile")).isNull();

        List<Map<?, ?>> since = objects("1.30.0", "");
        assertThat(at(object(since, "DaemonSet"), metadata)).isNull();
        assertThat(at(container(enforcer(since)), "securityContext", "appArmorProfile"))
                .isEqualTo(Map.of("type", "Unconfined"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "operator: {replicas: 2}           | at '/operator': additional properties 'replicas' not allowed",
                "enforcr: {}                       | additional properties 'enforcr' not allowed",
                "crds: {cel: yes please}           | at '/crds/cel': value must be one of 'auto', true, false",
                "enforcer: {unknownPods: block}    | at '/enforcer/unknownPods': value must be one of 'hold', 'allow'",
                "operator: {image: {tag: 1.0}}     | at '/operator/image/tag': got number, want string",
                "operator: {env: {A: 1}}           | at '/operator/env/A': got number, want string",
                "enforcer: {bundles: run/x}        | at '/enforcer/bundles': 'run/x' does not match pattern",
                "enforcer: {healthPort: 70000}     | at '/enforcer/healthPort': maximum: got 70,000, want 65,535",
                "enforcer: {maxUnavailable: 0}     | at '/enforcer/maxUnavailable': minimum: got 0, want 1",
                "enforcer: {maxUnavailable: ten}   | at '/enforcer/maxUnavailable': 'ten' does not match pattern",
                "imagePullSecrets: [registry]      | at '/imagePullSecrets/0': got string, want object",
                "enforcer: {resources: {limits: {memory: 1Gi}}} | enforcer.resources.limits.memory: leave it out",
            })
    void aWrongValueIsRefusedByItsName(String values, String message) {
        assertThatThrownBy(() -> Chart.render(RECENT, Chart.NAMESPACE, values))
                .hasMessageContaining(message);
    }

    @Test
    void anApiServerThatIsTooOldIsRefused() {
        assertThatThrownBy(() -> objects("1.19.16", ""))
                .hasMessageContaining("chart requires kubeVersion: >=1.20.0-0");
    }

    @Test
    void theReadmeHasEveryValueAndItsDefault() throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        leaves("", yaml(Chart.FOLDER.resolve("values.yaml")), values);
        Map<String, Object> rows = new LinkedHashMap<>();
        Pattern.compile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\| \\S")
                .matcher(Files.readString(Chart.FOLDER.resolve("README.md")))
                .results()
                .forEach((MatchResult row) -> rows.put(row.group(1), Chart.parse(row.group(2))));
        assertThat(rows).isEqualTo(values);
    }

    /** Values by their paths; whoever installs names what is below the last step. */
    private static void leaves(String path, Object value, Map<String, Object> leaves) {
        boolean open = path.matches(".*(resources|env|nodeSelector|affinity|podAnnotations)");
        if (value instanceof Map<?, ?> map && !open) {
            map.forEach((key, below) ->
                    leaves(path.isEmpty() ? (String) key : path + "." + key, below, leaves));
        } else {
            leaves.put(path, value);
        }
    }

    private static List<Map<?, ?>> objects(String kubernetes, String values) throws IOException {
        return Chart.objects(kubernetes, Chart.NAMESPACE, values);
    }

    private static Map<?, ?> yaml(Path file) throws IOException {
        return (Map<?, ?>) Chart.parse(Files.readString(file));
    }

    private static Map<?, ?> object(List<Map<?, ?>> objects, String kind) {
        return objects.stream()
                .filter(object -> kind.equals(object.get("kind")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<?, ?> operator(List<Map<?, ?>> objects) {
        return pod(object(objects, "Deployment"));
    }

    private static Map<?, ?> enforcer(List<Map<?, ?>> objects) {
        return pod(object(objects, "DaemonSet"));
    }

    private static Map<?, ?> pod(Map<?, ?> object) {
        return (Map<?, ?>) Objects.requireNonNull(at(object, "spec", "template", "spec"));
    }

    private static Map<?, ?> container(Map<?, ?> pod) {
        List<?> containers = (List<?>) Objects.requireNonNull(pod.get("containers"));
        assertThat(containers).hasSize(1);
        return (Map<?, ?>) containers.getFirst();
    }

    private static List<String> arguments(Map<?, ?> pod) {
        List<?> arguments = (List<?>) Objects.requireNonNull(container(pod).get("args"));
        return arguments.stream().map(String.class::cast).toList();
    }

    private static Map<?, ?> named(String name, @Nullable Object list) {
        return ((List<?>) Objects.requireNonNull(list))
                .stream()
                        .map(entry -> (Map<?, ?>) entry)
                        .filter(entry -> name.equals(entry.get("name")))
                        .findFirst()
                        .orElseThrow();
    }

    private static String name(Map<?, ?> object) {
        return (String) Objects.requireNonNull(at(object, "metadata", "name"));
    }

    private static @Nullable Object at(@Nullable Object object, String... path) {
        Object found = object;
        for (String step : path) {
            found = found instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return found;
    }
}
