package dev.unixsocket.bench.results;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes and reads {@code results.json}. Numbers have their unit in their name. */
public final class ResultsFile {

    private static final int FORMAT = 2;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};
    private static final String[] PERCENTILE_NAMES = {"p50", "p90", "p99", "p99.9"};

    private ResultsFile() {}

    /** Writes the file. */
    public static void write(Results results, Path file) throws IOException {
        Files.writeString(file, text(results));
    }

    /** What the file holds. */
    public static String text(Results results) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("command", results.command());
        json.put("started", results.started());
        json.put("seconds", results.seconds());
        json.put("machine", results.machine());
        json.put("settings", results.settings());
        json.put("peers", results.peers());
        json.put("ratios", results.ratios().stream().map(ResultsFile::ratio).toList());
        json.put("required", results.required().stream().map(ResultsFile::claim).toList());
        json.put("claims", results.claims().stream().map(ResultsFile::claim).toList());
        json.put("left_out", results.leftOut());
        json.put("measurements", results.cells().stream().map(ResultsFile::cell).toList());
        json.put("open_loop", results.rates().stream().map(RateFile::write).toList());
        json.put("starts", results.starts().stream().map(ResultsFile::start).toList());
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(json) + "\n";
    }

    private static Map<String, Object> ratio(Ratio ratio) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(ratio.scenario(), json);
        json.put("peer", ratio.peer());
        json.put("base", ratio.base());
        json.put("metric", ratio.metric());
        json.put("median", ratio.median());
        json.put("low", ratio.low());
        json.put("high", ratio.high());
        json.put("marks", ratio.marks());
        return json;
    }

    private static Map<String, Object> claim(Claim claim) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("text", claim.text());
        json.put("claimed", claim.claimed());
        json.put("limit", claim.limit().name());
        json.put("subject", claim.subject());
        json.put("placement", claim.placement());
        claim.shown().ifPresent(shown -> json.put("shown", shown));
        json.put("low", claim.low());
        json.put("high", claim.high());
        json.put("detail", claim.detail());
        json.put("marks", claim.marks());
        return json;
    }

    private static Map<String, Object> cell(Cell cell) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(cell.scenario(), json);
        json.put("peer", cell.peer());
        json.put("bytes_per_exchange", cell.bytesPerExchange());
        json.put("exchanges", cell.exchanges());
        json.put("latency_nanos", percentiles(cell.decodedHistogram()));
        if (!cell.rounds().isEmpty()) {
            json.put("bytes_per_second", cell.bytesPerSecond());
        }
        json.put("client", side(cell.client()));
        json.put("server", side(cell.server()));
        cell.standing().ifPresent(standing -> json.put("connection", standing(standing)));
        Map<String, Object> warmUp = new LinkedHashMap<>();
        warmUp.put("exchanges", cell.warmUp().exchanges());
        warmUp.put("millis", cell.warmUp().millis());
        warmUp.put("steady", cell.warmUp().steady());
        json.put("warm_up", warmUp);
        json.put("load_of_others_cores", cell.othersLoad());
        cell.failure().ifPresent(failure -> json.put("failure", failure));
        json.put("marks", cell.marks());
        json.put("rounds", cell.rounds().stream().map(ResultsFile::round).toList());
        json.put("again", cell.again().stream().map(ResultsFile::round).toList());
        json.put("histogram_nanos", cell.histogram());
        return json;
    }

    private static Map<String, Object> round(Cell.Round round) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("number", round.number());
        json.put("exchanges", round.exchanges());
        json.put("p50_nanos", round.p50Nanos());
        json.put("mean_nanos", round.meanNanos());
        json.put("per_second", round.perSecond());
        json.put("processor_nanos", round.processorNanos());
        return json;
    }

    private static Map<String, Object> start(Start start) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("peer", start.peer());
        json.put("about", start.about());
        json.put("disk_bytes", start.diskBytes());
        List<Map<String, Object>> rounds = new ArrayList<>();
        for (Start.Round round : start.rounds()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("number", round.number());
            one.put("nanos", round.nanos());
            one.put("processor_nanos", round.processorNanos());
            one.put("resident_bytes", round.residentBytes());
            rounds.add(one);
        }
        json.put("rounds", rounds);
        return json;
    }

    /** What an exchange cost that process. */
    private static Map<String, Object> side(Side side) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("heap_bytes", side.heapBytes());
        json.put("user_nanos", side.userNanos());
        json.put("system_nanos", side.systemNanos());
        json.put("voluntary_switches", side.voluntarySwitches());
        json.put("involuntary_switches", side.involuntarySwitches());
        return json;
    }

    /** What an open connection cost the server. */
    private static Map<String, Object> standing(Standing standing) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("resident_bytes", standing.residentBytes());
        json.put("idle_cores_of_all", standing.idleCores());
        return json;
    }

    private static void put(Scenario scenario, Map<String, Object> json) {
        json.put("benchmark", scenario.benchmark());
        json.put("payload_bytes", scenario.payloadBytes());
        json.put("connections", scenario.connections());
        json.put("placement", scenario.placement());
    }

    static Map<String, Object> percentiles(Histogram histogram) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (int i = 0; i < PERCENTILES.length; i++) {
            json.put(PERCENTILE_NAMES[i], histogram.getValueAtPercentile(PERCENTILES[i]));
        }
        json.put("max", histogram.getMaxValue());
        json.put("mean", histogram.getMean());
        return json;
    }

    /**
     * Reads a file that {@link #write} wrote.
     *
     * @throws IOException if it cannot be read or is no such file
     */
    public static Results read(Path file) throws IOException {
        String text = Files.readString(file);
        try {
            Json json = new Json(JSON.std.mapFrom(text));
            if (json.integer("format") != FORMAT) {
                throw new IOException(file + ": a format that this version does not read");
            }
            return new Results(
                    json.text("command"),
                    json.text("started"),
                    json.integer("seconds"),
                    json.texts("machine"),
                    json.texts("settings"),
                    json.texts("peers"),
                    json.list("measurements").stream().map(ResultsFile::cell).toList(),
                    json.has("open_loop") // files of earlier versions have none
                            ? json.list("open_loop").stream().map(RateFile::read).toList()
                            : List.of(),
                    json.has("starts") // files of earlier versions have none
                            ? json.list("starts").stream().map(ResultsFile::start).toList()
                            : List.of(),
                    json.list("ratios").stream().map(ResultsFile::ratio).toList(),
                    json.list("claims").stream().map(ResultsFile::claim).toList(),
                    json.list("required").stream().map(ResultsFile::claim).toList(),
                    json.words("left_out"));
        } catch (RuntimeException | JacksonException e) {
            throw new IOException(file + ": not a results.json of bench/run: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
    }

    private static Ratio ratio(Json json) {
        return new Ratio(
                scenario(json),
                json.text("peer"),
                json.text("base"),
                json.text("metric"),
                json.number("median"),
                json.number("low"),
                json.number("high"),
                json.words("marks"));
    }

    private static Scenario scenario(Json json) {
        return new Scenario(
                json.text("benchmark"),
                (int) json.integer("payload_bytes"),
                (int) json.integer("connections"),
                json.text("placement"));
    }

    private static Side side(Json json) {
        return new Side(
                json.number("heap_bytes"),
                json.number("user_nanos"),
                json.number("system_nanos"),
                json.number("voluntary_switches"),
                json.number("involuntary_switches"));
    }

    private static Standing standing(Json json) {
        return new Standing(json.number("resident_bytes"), json.number("idle_cores_of_all"));
    }

    private static Claim claim(Json json) {
        return new Claim(
                json.text("text"),
                json.number("claimed"),
                Claim.Limit.valueOf(json.text("limit")),
                json.text("subject"),
                json.text("placement"),
                json.has("shown")
                        ? OptionalDouble.of(json.number("shown"))
                        : OptionalDouble.empty(),
                json.number("low"),
                json.number("high"),
                json.text("detail"),
                json.words("marks"));
    }

    private static Start start(Json json) {
        return new Start(
                json.text("peer"),
                json.text("about"),
                json.integer("disk_bytes"),
                json.list("rounds").stream()
                        .map(
                                round ->
                                        new Start.Round(
                                                (int) round.integer("number"),
                                                round.number("nanos"),
                                                round.number("processor_nanos"),
                                                round.number("resident_bytes")))
                        .toList());
    }

    private static List<Cell.Round> rounds(Json json, String name) {
        return json.list(name).stream()
                .map(
                        round ->
                                new Cell.Round(
                                        (int) round.integer("number"),
                                        round.integer("exchanges"),
                                        round.number("p50_nanos"),
                                        round.number("mean_nanos"),
                                        round.number("per_second"),
                                        round.number("processor_nanos")))
                .toList();
    }

    private static Cell cell(Json json) {
        Json warmUp = json.object("warm_up");
        return new Cell(
                scenario(json),
                json.text("peer"),
                json.integer("bytes_per_exchange"),
                new Cell.WarmUp(
                        warmUp.integer("exchanges"),
                        warmUp.integer("millis"),
                        warmUp.truth("steady")),
                rounds(json, "rounds"),
                json.has("again") // files of earlier versions have none
                        ? rounds(json, "again")
                        : List.of(),
                side(json.object("client")),
                side(json.object("server")),
                json.has("connection")
                        ? Optional.of(standing(json.object("connection")))
                        : Optional.empty(),
                json.number("load_of_others_cores"),
                json.text("histogram_nanos"),
                json.has("failure") ? Optional.of(json.text("failure")) : Optional.empty(),
                json.words("marks"));
    }
}
