// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.kube;

import dev.portcullis.operator.tls.AuthorityStore;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The authority in a Secret, its certificate in a ConfigMap, both called {@value #NAME} and in the
 * operator's namespace.
 */
public final class KubernetesAuthorityStore implements AuthorityStore {
    /** Of the Secret and of the ConfigMap. */
    public static final String NAME = "portcullis-ca";

    private static final String CERTIFICATE = "ca.crt";
    private static final String KEY = "ca.key";

    private final KubernetesClient client;
    private final String namespace;

    public KubernetesAuthorityStore(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Optional<Stored> load() {
        Secret secret = client.secrets().inNamespace(namespace).withName(NAME).get();
        if (secret == null) {
            return Optional.empty();
        }
        return Optional.of(new Stored(decode(secret, CERTIFICATE), decode(secret, KEY)));
    }

    @Override
    public boolean create(Stored authority) {
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withType("Opaque")
                        .withStringData(
                                Map.of(CERTIFICATE, authority.certificate(), KEY, authority.key()))
                        .build();
        try {
            client.resource(secret).create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void publish(String certificate) {
        ConfigMap map =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .endMetadata()
                        .withData(Map.of(CERTIFICATE, certificate))
                        .build();
        ConfigMap known = client.configMaps().inNamespace(namespace).withName(NAME).get();
        if (known == null) {
            client.resource(map).create();
        } else if (!map.getData().equals(known.getData())) {
            client.resource(map).update();
        }
    }

    private static String decode(Secret secret, String field) {
        String text = secret.getData() == null ? null : secret.getData().get(field);
        if (text == null) {
            throw new IllegalStateException(
                    "Secret %s/%s has no %s; delete it to have a new one made, and restart"
                                    .formatted(secret.getMetadata().getNamespace(), NAME, field)
                            + " operator and enforcers");
        }
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
