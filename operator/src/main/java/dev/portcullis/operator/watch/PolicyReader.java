// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.portcullis.operator.status.StatusJson;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyView;
import dev.portcullis.operator.view.PolicyView.Accepted;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes views of policies. A resource goes through the parser that reads files, as JSON, which is
 * YAML: so there is one place that says what a policy may look like.
 */
final class PolicyReader {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReader.class);

    private final ObjectWriter json = new ObjectMapper().writer(new YamlEscapes());

    PolicyView read(GenericKubernetesResource resource, @Nullable PolicyView before) {
        ObjectMeta metadata = resource.getMetadata();
        long generation = Objects.requireNonNullElse(metadata.getGeneration(), 0L);
        Map<String, String> labels = Objects.requireNonNullElse(metadata.getLabels(), Map.of());
        PolicyKey key =
                new PolicyKey(
                        resource.getKind(),
                        Objects.requireNonNullElse(metadata.getNamespace(), ""),
                        metadata.getName());
        boolean known = before != null && before.uid().equals(metadata.getUid());
        // Most updates are those of the status, which say nothing new.
        boolean unchanged =
                known && before.generation() == generation && before.labels().equals(labels);
        Optional<Accepted> accepted = known ? before.accepted() : Optional.empty();
        List<String> problems = unchanged ? before.problems() : List.of();
        if (!unchanged) {
            try {
                accepted = Optional.of(new Accepted(generation, parse(resource)));
            } catch (InvalidPolicyException e) {
                problems = e.problems().stream().map(PolicyReader::text).toList();
            } catch (RuntimeException | StackOverflowError e) {
                // A defect. It must not end the watch, and with it all other policies.
                LOG.error("reading policy {}", key, e);
                problems = List.of("the parser failed: " + e + "; see the operator's log");
            }
        }
        return new PolicyView(
                key,
                metadata.getUid(),
                generation,
                accepted,
                problems,
                labels,
                StatusJson.read(resource.getAdditionalProperties().get("status")));
    }

    /** Whether nothing has changed but the status. */
    static boolean same(PolicyView one, PolicyView other) {
        return one.uid().equals(other.uid())
                && one.generation() == other.generation()
                && one.labels().equals(other.labels());
    }

    private SourcedPolicy parse(GenericKubernetesResource resource) throws InvalidPolicyException {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", resource.getMetadata().getName());
        if (resource.getMetadata().getNamespace() != null) {
            metadata.put("namespace", resource.getMetadata().getNamespace());
        }
        if (resource.getMetadata().getLabels() != null
                && !resource.getMetadata().getLabels().isEmpty()) {
            metadata.put("labels", resource.getMetadata().getLabels());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", resource.getApiVersion());
        document.put("kind", resource.getKind());
        document.put("metadata", metadata);
        if (resource.getAdditionalProperties().containsKey("spec")) {
            document.put("spec", resource.getAdditionalProperties().get("spec"));
        }
        SourcedPolicy policy;
        try {
            policy = PolicyParser.parse("", json.writeValueAsBytes(document)).getFirst();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of maps is not JSON", e);
        }
        // Lines of this JSON would mean nothing to anybody.
        return SourcedPolicy.of(policy.policy());
    }

    private static String text(Problem problem) {
        return problem.field().isEmpty()
                ? problem.message()
                : problem.field() + ": " + problem.message();
    }
}
