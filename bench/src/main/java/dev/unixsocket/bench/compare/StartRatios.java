package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Start;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Compares programs that were started in the same rounds. */
final class StartRatios {

    private StartRatios() {}

    /** Every program to every other one. */
    static List<Ratio> of(List<Start> starts) {
        List<Ratio> ratios = new ArrayList<>();
        for (Start peer : starts) {
            for (Start base : starts) {
                if (peer != base) {
                    ratios.addAll(of(peer, base));
                }
            }
        }
        return ratios;
    }

    private static List<Ratio> of(Start peer, Start base) {
        Map<String, ToDoubleFunction<Start.Round>> metrics = new LinkedHashMap<>();
        metrics.put(Start.TIME, Start.Round::nanos);
        metrics.put(Start.PROCESSOR_TIME, Start.Round::processorNanos);
        if (isResident(peer) && isResident(base)) {
            metrics.put(Start.RESIDENT, Start.Round::residentBytes);
        }
        List<Ratio> ratios = new ArrayList<>();
        metrics.forEach(
                (metric, value) -> {
                    double[] each =
                            IntStream.range(0, peer.rounds().size())
                                    .mapToDouble(
                                            i ->
                                                    value.applyAsDouble(peer.rounds().get(i))
                                                            / value.applyAsDouble(
                                                                    base.rounds().get(i)))
                                    .toArray();
                    ratios.add(ratio(peer, base, metric, Bootstrap.of(each)));
                });
        double disk = (double) peer.diskBytes() / base.diskBytes();
        ratios.add(ratio(peer, base, Start.DISK, new Bootstrap(disk, disk, disk)));
        return ratios;
    }

    private static boolean isResident(Start start) {
        return start.rounds().stream().allMatch(r -> r.residentBytes() != Start.NOT_RESIDENT);
    }

    private static Ratio ratio(Start peer, Start base, String metric, Bootstrap interval) {
        return new Ratio(
                Start.SCENARIO,
                peer.peer(),
                base.peer(),
                metric,
                interval.median(),
                interval.low(),
                interval.high(),
                Ratio.isNarrow(interval.median(), interval.low(), interval.high())
                        ? List.of()
                        : List.of("wide"));
    }
}
