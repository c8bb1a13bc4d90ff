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
                if (peer != base && comparable(peer, base)) {
                    ratios.addAll(of(peer, base));
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
        if (Ratio.mainMetric(peer.benchmark()).equals(Ratio.BYTES_PER_SECOND)) {
            ratios.add(ratio(peer, base, Ratio.BYTES_PER_SECOND, Cell.Round::perSecond));
        } else {
            ratios.add(ratio(peer, base, Ratio.LATENCY_P50, Cell.Round::p50Nanos));
            ratios.add(ratio(peer, base, Ratio.LATENCY_MEAN, Cell.Round::meanNanos));
        }
        if (peer.processorNanos() > 0 && base.processorNanos() > 0) {
            ratios.add(ratio(peer, base, Ratio.PROCESSOR_TIME, Cell.Round::processorNanos));
        }
        return ratios;
    }

    private static Ratio ratio(
            Cell peer, Cell base, String metric, ToDoubleFunction<Cell.Round> value) {
        Map<Integer, Cell.Round> baseRounds =
                base.rounds().stream()
                        .collect(Collectors.toMap(Cell.Round::number, Function.identity()));
        double[] ratios =
                peer.rounds().stream()
                        .filter(round -> baseRounds.containsKey(round.number()))
                        .mapToDouble(
                                round ->
                                        value.applyAsDouble(round)
                                                / value.applyAsDouble(
                                                        baseRounds.get(round.number())))
                        .toArray();
        Bootstrap bootstrap = Bootstrap.of(ratios);
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
