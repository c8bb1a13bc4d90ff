package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.RatePoint;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Puts the results of a comparison together: ratios, claims, and the facts around them. */
public final class ResultsOf {

    private final String command;
    private final Instant started = Instant.now();

    private ResultsOf(String command) {
        this.command = command;
    }

    /** The clock starts; the arguments are those of the command line. */
    public static ResultsOf begin(List<String> arguments) {
        return new ResultsOf(("bench/run " + String.join(" ", arguments)).strip());
    }

    /**
     * The results, now that everything is measured.
     *
     * @param placements where the processes ran, by the placements' labels
     * @param rates what was measured as an open loop
     * @param starts how programs start
     * @param more claims beside those that follow from the cells
     */
    public Results end(
            Plan plan,
            Map<String, String> placements,
            List<Cell> cells,
            List<RatePoint> rates,
            List<Start> starts,
            List<Claim> more,
            List<String> leftOut) {
        Map<String, String> peers = new LinkedHashMap<>();
        Stream.concat(plan.peers().stream(), plan.sweep().peers().stream())
                .filter(
                        peer ->
                                Stream.concat(
                                                cells.stream().map(Cell::peer),
                                                rates.stream().map(RatePoint::peer))
                                        .anyMatch(peer.name()::equals))
                .forEach(peer -> peers.putIfAbsent(peer.name(), peer.about()));
        starts.forEach(start -> peers.putIfAbsent(start.peer(), start.about()));
        return withClaims(
                new Results(
                        command,
                        started.truncatedTo(ChronoUnit.SECONDS).toString(),
                        ChronoUnit.SECONDS.between(started, Instant.now()),
                        Machine.describe(),
                        settings(plan, placements, cells),
                        peers,
                        cells,
                        rates,
                        starts,
                        Stream.concat(Ratios.of(cells).stream(), StartRatios.of(starts).stream())
                                .toList(),
                        more,
                        List.of(),
                        leftOut));
    }

    /** The results of starts alone. */
    public Results ofStarts(List<Start> starts, List<String> leftOut) {
        Map<String, String> programs = new LinkedHashMap<>();
        starts.forEach(start -> programs.put(start.peer(), start.about()));
        return new Results(
                command,
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                ChronoUnit.SECONDS.between(started, Instant.now()),
                Machine.describe(),
                Map.of(),
                programs,
                List.of(),
                List.of(),
                starts,
                StartRatios.of(starts),
                List.of(),
                List.of(),
                leftOut);
    }

    /** The same results with the claims that follow from their ratios, before those it has. */
    public static Results withClaims(Results results) {
        List<Claim> claims = new ArrayList<>(Claims.published(results));
        claims.addAll(results.claims());
        return new Results(
                results.command(),
                results.started(),
                results.seconds(),
                results.machine(),
                results.settings(),
                results.peers(),
                results.cells(),
                results.rates(),
                results.starts(),
                results.ratios(),
                claims,
                Requirements.of(results),
                results.leftOut());
    }

    private static Map<String, String> settings(
            Plan plan, Map<String, String> placements, List<Cell> cells) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "Rounds",
                rounds(plan, cells)
                        + " interleaved rounds: each measures every peer for "
                        + plan.slice().toMillis()
                        + " ms (less on a slow machine), in turn; the first tenth of a slice is not"
                        + " counted");
        settings.put(
                "Warm-up",
                "at least "
                        + plan.warmUp().shortest().toMillis()
                        + " ms and "
                        + plan.warmUp().exchanges()
                        + " exchanges, and until the JVMs' compilers have rested for three slices"
                        + " of 100 ms whose medians are not more than 3 % below those before; at"
                        + " most six times as long, if there is time; again, without that minimum,"
                        + " for each payload. "
                        + warmedUp(cells));
        placements.forEach(settings::put);
        double busiest = cells.stream().mapToDouble(Cell::othersLoad).max().orElse(0);
        settings.put(
                "Load of others",
                String.format(
                        java.util.Locale.ROOT,
                        "at most %.2f cores during any measurement",
                        busiest));
        return settings;
    }

    /** As many as there were, and why not more. */
    private static String rounds(Plan plan, List<Cell> cells) {
        IntSummaryStatistics made =
                cells.stream().mapToInt(cell -> cell.rounds().size()).summaryStatistics();
        if (plan.mostRounds() == plan.rounds() || made.getCount() == 0) {
            return Integer.toString(plan.rounds());
        }
        return "%d to %d (until every interval is narrower than %.0f %%, or the time is over)"
                .formatted(plan.rounds(), made.getMax(), 100 * Ratio.WIDEST);
    }

    private static String warmedUp(List<Cell> cells) {
        long fewest = cells.stream().mapToLong(cell -> cell.warmUp().exchanges()).min().orElse(0);
        long most = cells.stream().mapToLong(cell -> cell.warmUp().millis()).max().orElse(0);
        return String.format(
                java.util.Locale.ROOT,
                "Here that took up to %,d ms and at least %,d exchanges",
                most,
                fewest);
    }
}
