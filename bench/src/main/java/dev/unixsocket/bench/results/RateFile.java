package dev.unixsocket.bench.results;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The points of open loops in {@code results.json}. */
final class RateFile {

    private RateFile() {}

    static Map<String, Object> write(RatePoint point) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("peer", point.peer());
        json.put("payload_bytes", point.payloadBytes());
        json.put("placement", point.placement());
        json.put("wanted_per_second", point.wanted());
        json.put("answered_per_second", point.answered());
        json.put("kept", point.kept());
        json.put("latency_from_due_nanos", ResultsFile.percentiles(point.latency()));
        json.put("latency_from_begun_nanos", ResultsFile.percentiles(point.service()));
        point.failure().ifPresent(failure -> json.put("failure", failure));
        json.put("marks", point.marks());
        json.put("histogram_from_due_nanos", point.fromDue());
        json.put("histogram_from_begun_nanos", point.fromBegun());
        return json;
    }

    static RatePoint read(Json json) {
        return new RatePoint(
                json.text("peer"),
                (int) json.integer("payload_bytes"),
                json.text("placement"),
                (int) json.integer("wanted_per_second"),
                json.number("answered_per_second"),
                json.truth("kept"),
                json.text("histogram_from_due_nanos"),
                json.text("histogram_from_begun_nanos"),
                json.has("failure") ? Optional.of(json.text("failure")) : Optional.empty(),
                json.words("marks"));
    }
}
