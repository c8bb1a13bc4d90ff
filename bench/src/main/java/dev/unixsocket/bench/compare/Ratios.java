package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;

import java.util.ArrayList;
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
                if (peer == base) {
                    ratios.addAll(toItself(peer));
                } else if (comparable(peer, base)) {
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
        List<Ratio> ratios = new ArrayList<>();
        for (String metric : metrics(peer, base)) {
            double[] each = withinRounds(peer.rounds(), base.rounds(), valueOf(metric));
            if (each.length > 0) {
                ratios.add(ratio(peer, base, metric, each));
            }
        }
        return ratios;
    }

    /** The second slice of each round to the first: what the noise of the machine does. */
    private static List<Ratio> toItself(Cell cell) {
        List<Ratio> ratios = new ArrayList<>();
        for (String metric : metrics(cell, cell)) {
            double[] each = withinRounds(cell.again(), cell.rounds(), valueOf(metric));
            if (each.length > 0 && cell.failure().isEmpty()) {
                ratios.add(ratio(cell, cell, metric, each));
            }
        }
        return ratios;
    }

    private static List<String> metrics(Cell peer, Cell base) {
        List<String> metrics = new ArrayList<>();
        String main = Ratio.mainMetric(peer.benchmark());
        if (!main.equals(Ratio.LATENCY_P50)) {
            metrics.add(main);
        }
        if (!main.equals(Ratio.BYTES_PER_SECOND)) {
            metrics.add(Ratio.LATENCY_P50);
            metrics.add(Ratio.LATENCY_MEAN);
        }
        if (peer.processorNanos() > 0 && base.processorNanos() > 0) {
            metrics.add(Ratio.PROCESSOR_TIME);
        }
        return metrics;
    }

    /** What a metric takes from a round. */
    static ToDoubleFunction<Cell.Round> valueOf(String metric) {
        return switch (metric) {
            case Ratio.BYTES_PER_SECOND, Ratio.EXCHANGES_PER_SECOND -> Cell.Round::perSecond;
            case Ratio.LATENCY_P50 -> Cell.Round::p50Nanos;
            case Ratio.LATENCY_MEAN -> Cell.Round::meanNanos;
            case Ratio.PROCESSOR_TIME -> Cell.Round::processorNanos;
            default -> throw new IllegalArgumentException(metric);
        };
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
    static double[] withinRounds(
            List<Cell.Round> peer, List<Cell.Round> base, ToDoubleFunction<Cell.Round> value) {
        Map<Integer, Cell.Round> baseRounds =
                base.stream().collect(Collectors.toMap(Cell.Round::number, Function.identity()));
        return peer.stream()
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
