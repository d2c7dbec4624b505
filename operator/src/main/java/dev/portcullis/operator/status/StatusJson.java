// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.view.Counts;
import dev.portcullis.operator.view.PolicyStatus;
import dev.portcullis.operator.view.PolicyStatus.Condition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code status} of a policy as the tree of maps that becomes JSON. */
public final class StatusJson {
    private StatusJson() {}

    /** Writes. */
    public static Map<String, Object> write(PolicyStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("observedGeneration", status.observedGeneration());
        json.put("mode", status.mode());
        json.put("pods", Map.of("matched", status.matched(), "enforced", status.enforced()));
        json.put("blocked", status.counts().blocked());
        json.put("killed", status.counts().killed());
        json.put("wouldBlock", status.counts().wouldBlock());
        json.put("conditions", status.conditions().stream().map(StatusJson::write).toList());
        return json;
    }

    /**
     * Reads what {@link #write} or anybody else wrote; what is not of the right type counts as not
     * there.
     *
     * @param json the {@code status} of a resource, or null
     */
    public static PolicyStatus read(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> status)) {
            return PolicyStatus.NONE;
        }
        Map<?, ?> pods = status.get("pods") instanceof Map<?, ?> map ? map : Map.of();
        List<?> conditions = status.get("conditions") instanceof List<?> list ? list : List.of();
        return new PolicyStatus(
                number(status, "observedGeneration"),
                text(status, "mode"),
                Math.toIntExact(Math.min(number(pods, "matched"), Integer.MAX_VALUE)),
                Math.toIntExact(Math.min(number(pods, "enforced"), Integer.MAX_VALUE)),
                new Counts(
                        number(status, "blocked"),
                        number(status, "killed"),
                        number(status, "wouldBlock")),
                conditions.stream()
                        .filter(Map.class::isInstance)
                        .map(condition -> condition((Map<?, ?>) condition))
                        .toList());
    }

    private static Map<String, Object> write(Condition condition) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", condition.type());
        json.put("status", condition.status() ? "True" : "False");
        json.put("observedGeneration", condition.observedGeneration());
        json.put("lastTransitionTime", condition.lastTransitionTime());
        json.put("reason", condition.reason());
        json.put("message", condition.message());
        return json;
    }

    private static Condition condition(Map<?, ?> json) {
        return new Condition(
                text(json, "type"),
                text(json, "status").equals("True"),
                text(json, "reason"),
                text(json, "message"),
                text(json, "lastTransitionTime"),
                number(json, "observedGeneration"));
    }

    private static String text(Map<?, ?> json, String field) {
        return json.get(field) instanceof String text ? text : "";
    }

    private static long number(Map<?, ?> json, String field) {
        return json.get(field) instanceof Number number ? Math.max(0, number.longValue()) : 0;
    }
}
