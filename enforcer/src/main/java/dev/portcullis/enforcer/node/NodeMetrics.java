// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.node.v1alpha1.Report;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;
import java.util.Map;

/** What the agent reports to the operator, and the kernel programs' own limits, for Prometheus. */
final class NodeMetrics {
    private static final String PREFIX = "portcullis_";

    private NodeMetrics() {}

    static MetricSnapshots of(Report report, Map<Statistic, Long> statistics, long eventsFailed) {
        MetricSnapshots.Builder metrics = MetricSnapshots.builder();
        metrics.metricSnapshot(gauge("scopes", "Containers that are judged.", report.getScopes()));
        metrics.metricSnapshot(
                gauge(
                        "degradations",
                        "Sentences in the degraded of the node's PortcullisNode.",
                        report.getDegradedCount()));
        metrics.metricSnapshot(
                counter("events_failed", "Events that could not be written.", eventsFailed));
        statistics.forEach((statistic, count) ->
                metrics.metricSnapshot(
                        counter(
                                statistic.name().toLowerCase(Locale.ROOT),
                                help(statistic),
                                count)));
        metrics.metricSnapshot(operations(report));
        return metrics.build();
    }

    private static CounterSnapshot operations(Report report) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder()
                        .name(PREFIX + "policy_operations")
                        .help("Operations on this node by what a policy had done about them.");
        for (PolicyCount count : report.getCountsList()) {
            add(counter, count, "blocked", count.getBlocked());
            add(counter, count, "killed", count.getKilled());
            add(counter, count, "would_block", count.getWouldBlock());
            add(counter, count, "audited", count.getAudited());
        }
        return counter.build();
    }

    private static void add(
            CounterSnapshot.Builder counter, PolicyCount of, String verdict, long value) {
        counter.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(
                                Labels.of(
                                        "policy_namespace",
                                        of.getNamespace(),
                                        "policy",
                                        of.getPolicy(),
                                        "verdict",
                                        verdict))
                        .value((double) value)
                        .build());
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(
                        CounterSnapshot.CounterDataPointSnapshot.builder()
                                .value((double) value)
                                .build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                .value((double) value)
                                .build())
                .build();
    }

    private static String help(Statistic statistic) {
        return switch (statistic) {
            case EVENTS_DROPPED -> "Events lost because the buffer had no room for them.";
            case EVENTS_SUPPRESSED ->
                    "Events not told because their rule, container and executable had told enough.";
            case SCRATCH_EXHAUSTED -> "Operations refused for want of working memory.";
            case PATH_UNRESOLVED -> "Operations whose path could not be told.";
            case PATH_RACED -> "Operations judged without their path, as it kept changing.";
            case STATE_FAILED -> "Operations refused or forks failed for want of memory.";
            case SUBJECTS_FULL -> "Executables without a name in events, for want of room.";
            case SCOPE_GONE -> "Operations refused in tasks of a container long gone.";
            case HELD -> "Execs that waited until the agent knew their container.";
            case NOT_HELD -> "Execs that should have waited, with no agent there or no room.";
            case SIGNALS_REFUSED -> "Signals of containers to the agent, which were refused.";
        };
    }
}
