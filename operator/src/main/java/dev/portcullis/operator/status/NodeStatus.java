// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.serve.NodeProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code status} of a PortcullisNode.
 *
 * @param backend how refusals are made; may be empty
 * @param kernel {@code uname -r}; may be empty
 * @param connected whether its enforcer has a stream
 * @param version acknowledged last
 * @param scopes containers bound to a rule set
 * @param degraded what is not as it should be
 * @param lastReport when it reported last; null for never
 */
record NodeStatus(
        String backend,
        String kernel,
        boolean connected,
        long version,
        int scopes,
        List<String> degraded,
        @Nullable Instant lastReport) {
    /** A time that is the only news is not worth a write before it is this old. */
    private static final Duration REFRESH = Duration.ofMinutes(1);

    static NodeStatus of(NodeProgress node) {
        return new NodeStatus(
                node.backend(),
                node.kernel(),
                node.connected(),
                node.version(),
                node.report() == null ? 0 : node.report().getScopes(),
                node.degraded(),
                node.reported() == null ? null : node.reported().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Whether it is worth a write. */
    boolean differsFrom(@Nullable NodeStatus written) {
        if (written == null || !withReport(null).equals(written.withReport(null))) {
            return true;
        }
        return lastReport != null
                && (written.lastReport == null
                        || lastReport.isAfter(written.lastReport.plus(REFRESH)));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!backend.isEmpty()) {
            json.put("backend", backend);
        }
        if (!kernel.isEmpty()) {
            json.put("kernel", kernel);
        }
        json.put("connected", connected);
        json.put("version", version);
        json.put("scopes", scopes);
        json.put("degraded", degraded);
        if (lastReport != null) {
            json.put("lastReport", lastReport.toString());
        }
        return json;
    }

    private NodeStatus withReport(@Nullable Instant other) {
        return new NodeStatus(backend, kernel, connected, version, scopes, degraded, other);
    }
}
