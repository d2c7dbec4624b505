// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.node.v1alpha1.Report;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
    private static List<String> page(Report report, Map<Statistic, Long> statistics, long failed)
            throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        ExpositionFormats.init()
                .getPrometheusTextFormatWriter()
                .write(page, NodeMetrics.of(report, statistics, failed));
        return page.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @Test
    void everyLimitOfTheKernelProgramsIsTold() throws IOException {
        Map<Statistic, Long> statistics = new EnumMap<>(Statistic.class);
        for (Statistic statistic : Statistic.values()) {
            statistics.put(statistic, 100L + statistic.ordinal());
        }
        List<String> names =
                Arrays.stream(Statistic.values())
                        .map(statistic ->
                                "portcullis_%s_total %d.0"
                                        .formatted(
                                                statistic.name().toLowerCase(Locale.ROOT),
                                                100 + statistic.ordinal()))
                        .toList();
        assertThat(page(Report.getDefaultInstance(), statistics, 7))
                .containsAll(names)
                .contains("portcullis_events_dropped_total 100.0")
                .contains("portcullis_events_failed_total 7.0");
    }

    @Test
    void policiesAreToldApart() throws IOException {
        Report report =
                Report.newBuilder()
                        .setScopes(3)
                        .addDegraded("something")
                        .addCounts(
                                PolicyCount.newBuilder()
                                        .setNamespace("shop")
                                        .setPolicy("web")
                                        .setBlocked(4)
                                        .setKilled(5)
                                        .setWouldBlock(6)
                                        .setAudited(7))
                        .addCounts(PolicyCount.newBuilder().setPolicy("all").setBlocked(8))
                        .build();
        String web = "portcullis_policy_operations_total{policy=\"web\",policy_namespace=\"shop\",";
        assertThat(page(report, Map.of(), 0))
                .contains(
                        "portcullis_scopes 3.0",
                        "portcullis_degradations 1.0",
                        web + "verdict=\"blocked\"} 4.0",
                        web + "verdict=\"killed\"} 5.0",
                        web + "verdict=\"would_block\"} 6.0",
                        web + "verdict=\"audited\"} 7.0",
                        "portcullis_policy_operations_total"
                                + "{policy=\"all\",policy_namespace=\"\",verdict=\"blocked\"} 8.0");
    }
}
