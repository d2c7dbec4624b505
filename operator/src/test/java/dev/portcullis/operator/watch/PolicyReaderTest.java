// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.PolicyView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyReaderTest {
    private final PolicyReader reader = new PolicyReader();

    @Test
    void aResourceIsReadByTheParserOfFiles() {
        PolicyView view = reader.read(policy(1, audit()), null);

        assertThat(view.key()).hasToString("shop/p");
        assertThat(view.problems()).isEmpty();
        assertThat(view.accepted().orElseThrow().source().policy().spec().mode())
                .isEqualTo(Mode.AUDIT);
    }

    @Test
    void aPolicyOfTheClusterIsReadToo() {
        GenericKubernetesResource resource =
                policy(1, Map.of("namespaceSelector", Map.of("matchLabels", Map.of("a", "b"))));
        resource.setKind("ClusterSecurityPolicy");
        resource.getMetadata().setNamespace(null);

        PolicyView view = reader.read(resource, null);

        assertThat(view.problems()).isEmpty();
        assertThat(view.key()).hasToString("p");
        assertThat(
                        view.accepted()
                                .orElseThrow()
                                .source()
                                .policy()
                                .selectsNamespace("shop", Map.of("a", "b")))
                .isTrue();
    }

    @Test
    void whatIsWrongIsSaidWithItsField() {
        Map<String, Object> spec =
                Map.of(
                        "file",
                        Map.of(
                                "rules",
                                List.of(Map.of("action", "Block", "paths", List.of("etc/*")))));

        PolicyView view = reader.read(policy(1, spec), null);

        assertThat(view.accepted()).isEmpty();
        assertThat(view.problems())
                .singleElement()
                .asString()
                .startsWith("spec.file.rules[0].paths[0]: ");
    }

    @Test
    void aMistakeDoesNotLiftWhatWasAcceptedBefore() {
        PolicyView good = reader.read(policy(1, audit()), null);

        PolicyView bad = reader.read(policy(2, Map.of("mode", "audit")), good);

        assertThat(bad.problems()).isNotEmpty();
        assertThat(bad.accepted().orElseThrow().generation()).isEqualTo(1);
        assertThat(bad.generation()).isEqualTo(2);
        assertThat(reader.read(policy(3, audit()), bad).problems()).isEmpty();
    }

    @Test
    void anotherPolicyOfTheSameNameInheritsNothing() {
        PolicyView good = reader.read(policy(1, audit()), null);
        GenericKubernetesResource other = policy(1, Map.of("mode", "audit"));
        other.getMetadata().setUid("other");

        assertThat(reader.read(other, good).accepted()).isEmpty();
    }

    @Test
    void anUpdateOfTheStatusReadsNothingAnew() {
        PolicyView one = reader.read(policy(1, audit()), null);
        GenericKubernetesResource updated = policy(1, audit());
        updated.setAdditionalProperty("status", Map.of("observedGeneration", 1));

        PolicyView other = reader.read(updated, one);

        assertThat(other.accepted().orElseThrow()).isSameAs(one.accepted().orElseThrow());
        assertThat(other.recorded().observedGeneration()).isEqualTo(1);
        assertThat(PolicyReader.same(one, other)).isTrue();
    }

    @Test
    void anyTextSurvivesTheWayThroughJson() {
        String odd = "\"'#:{}[]\\ é 😀 \u0000\u007f\u0085\u2028";

        PolicyView view = reader.read(policy(1, Map.of("message", odd)), null);

        assertThat(view.problems()).isEmpty();
        assertThat(view.accepted().orElseThrow().source().policy().spec().message()).isEqualTo(odd);
    }

    private static Map<String, Object> audit() {
        return Map.of("mode", "Audit");
    }

    private static GenericKubernetesResource policy(long generation, Map<String, Object> spec) {
        GenericKubernetesResource resource = new GenericKubernetesResource();
        resource.setApiVersion("portcullis.dev/v1alpha1");
        resource.setKind("SecurityPolicy");
        ObjectMeta metadata =
                new ObjectMetaBuilder()
                        .withNamespace("shop")
                        .withName("p")
                        .withUid("uid")
                        .withGeneration(generation)
                        .build();
        resource.setMetadata(metadata);
        resource.setAdditionalProperty("spec", spec);
        return resource;
    }
}
