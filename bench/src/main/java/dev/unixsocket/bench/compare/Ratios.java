package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares cells of the same benchmark, payload and placement, round by round. */
final class Ratios {

    private Ratios() {}

    /** Every peer to every other one, for each metric that the benchmark has. */
    static List<Ratio> of(List<Cell> cells) {
        List<Ratio> ratios = new ArrayList<>();
        for (Cell peer : cells) {
            for (Cell base : cells) {
                if (peer != base && comparable(peer, base)) {
                    ratios.addAll(of(peer, base));
                } else if (isAlone(base, peer)) {
                    ratios.add(toAlone(peer, base));
                }
            }
        }
        return ratios;
    }

    private static boolean comparable(Cell peer, Cell base) {
        return peer.scenario().equals(base.scenario())
                && peer.failure().isEmpty()
                && base.failure().isEmpty();
    }

    private static List<Ratio> of(Cell peer, Cell base) {
        Map<String, ToDoubleFunction<Cell.Round>> metrics = new LinkedHashMap<>();
        String main = Ratio.mainMetric(peer.benchmark());
        if (!main.equals(Ratio.LATENCY_P50)) {
            metrics.put(main, Cell.Round::perSecond);
        }
        if (!main.equals(Ratio.BYTES_PER_SECOND)) {
            metrics.put(Ratio.LATENCY_P50, Cell.Round::p50Nanos);
            metrics.put(Ratio.LATENCY_MEAN, Cell.Round::meanNanos);
        }
        if (peer.processorNanos() > 0 && base.processorNanos() > 0) {
            metrics.put(Ratio.PROCESSOR_TIME, Cell.Round::processorNanos);
        }
        List<Ratio> ratios = new ArrayList<>();
        metrics.forEach(
                (metric, value) -> {
                    double[] each = withinRounds(peer, base, value);
                    if (each.length > 0) {
                        ratios.add(ratio(peer, base, metric, each));
                    }
                });
        return ratios;
    }

    /** Whether a cell is of the same busy connection as another, without the idle ones. */
    private static boolean isAlone(Cell alone, Cell among) {
        return alone.benchmark().equals("OneBusy")
                && among.benchmark().equals("OneBusy")
                && alone.connections() == 1
                && among.connections() > 1
                && alone.peer().equals(among.peer())
                && alone.failure().isEmpty()
                && among.failure().isEmpty();
    }

    /** To the mean of the rounds before and after: what was measured alone has both. */
    private static Ratio toAlone(Cell among, Cell alone) {
        int rounds = among.rounds().size();
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double before = alone.rounds().get(i).p50Nanos();
            double after = alone.rounds().get(i + rounds).p50Nanos();
            ratios[i] = among.rounds().get(i).p50Nanos() / ((before + after) / 2);
        }
        return ratio(among, alone, Ratio.LATENCY_TO_ALONE, ratios);
    }

    /** The ratio in each round that both have. */
    private static double[] withinRounds(Cell peer, Cell base, ToDoubleFunction<Cell.Round> value) {
        Map<Integer, Cell.Round> baseRounds =
                base.rounds().stream()
                        .collect(Collectors.toMap(Cell.Round::number, Function.identity()));
        return peer.rounds().stream()
                .filter(round -> baseRounds.containsKey(round.number()))
                .mapToDouble(
                        round ->
                                value.applyAsDouble(round)
                                        / value.applyAsDouble(baseRounds.get(round.number())))
                .filter(Double::isFinite) // a server may answer nobody within a slice
                .toArray();
    }

    private static Ratio ratio(Cell peer, Cell base, String metric, double[] each) {
        Bootstrap bootstrap = Bootstrap.of(each);
        return new Ratio(
                peer.scenario(),
                peer.peer(),
                base.peer(),
                metric,
                bootstrap.median(),
                bootstrap.low(),
                bootstrap.high(),
                marks(peer, base, bootstrap));
    }

    private static List<String> marks(Cell peer, Cell base, Bootstrap interval) {
        Stream<String> wide =
                Ratio.isNarrow(interval.median(), interval.low(), interval.high())
                        ? Stream.empty()
                        : Stream.of("wide");
        return Stream.concat(Stream.concat(peer.marks().stream(), base.marks().stream()), wide)
                .distinct()
                .toList();
    }
}
