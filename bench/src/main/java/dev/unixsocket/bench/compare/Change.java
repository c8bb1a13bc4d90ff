package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a ratio to the base differs between two runs. Peer and base of one round are a pair, and
 * their ratio is one observation; the rounds of both runs are compared by {@link Permutation}. Of
 * all ratios of two runs some differ by chance, so the probabilities are held to Holm's limits,
 * which keep the chance that any at all is called changed at 5 %.
 *
 * @param before the ratio of the first run
 * @param after that of the second
 * @param probability how likely rounds that do not differ would be as far apart
 * @param kind what to think of it
 */
public record Change(Ratio before, Ratio after, double probability, Kind kind) {

    private static final double CHANCE = 0.05;

    /** Marks that the comparison takes into account by itself. */
    private static final Set<String> KNOWN = Set.of("wide", Cell.NOISY);

    /** A difference that is not larger matters to nobody. */
    private static final double SMALLEST = 0.03;

    /** What to think of a difference. */
    public enum Kind {
        /** Worse, by more than chance, 3 % and the noise of both runs. */
        REGRESSION,
        /** Better, by as much. */
        IMPROVEMENT,
        /** Neither. */
        NONE,
        /** A run says that the number is not to be relied on. */
        MARKED
    }

    /** By which part the ratio has grown. */
    public double growth() {
        return after.median() / before.median() - 1;
    }

    /** Every ratio of a main metric to the base that both runs have. */
    public static List<Change> between(Results old, Results now) {
        List<Change> changes = new ArrayList<>();
        for (Ratio after : now.ratios()) {
            if (isMain(now, after)) {
                old.ratios().stream()
                        .filter(after::isAbout)
                        .findFirst()
                        .flatMap(before -> of(old, before, now, after))
                        .ifPresent(changes::add);
            }
        }
        return held(changes, old, now);
    }

    private static boolean isMain(Results results, Ratio ratio) {
        return ratio.metric().equals(Ratio.mainMetric(ratio.scenario().benchmark()))
                && !ratio.peer().equals(ratio.base())
                && results.cells().stream()
                        .filter(c -> c.benchmark().equals(ratio.scenario().benchmark()))
                        .findFirst()
                        .map(Cell::peer)
                        .filter(ratio.base()::equals)
                        .isPresent();
    }

    private static Optional<Change> of(Results old, Ratio before, Results now, Ratio after) {
        double[] some = rounds(old, before);
        double[] others = rounds(now, after);
        if (some.length == 0 || others.length == 0) {
            return Optional.empty();
        }
        double probability = Permutation.probability(some, others);
        return Optional.of(new Change(before, after, probability, Kind.NONE));
    }

    private static double[] rounds(Results results, Ratio ratio) {
        Optional<Cell> peer = results.cell(ratio.scenario(), ratio.peer());
        Optional<Cell> base = results.cell(ratio.scenario(), ratio.base());
        if (peer.isEmpty() || base.isEmpty()) {
            return new double[0];
        }
        return Ratios.withinRounds(
                peer.get().rounds(), base.get().rounds(), Ratios.valueOf(ratio.metric()));
    }

    /** By Holm: the smallest probability to the chance divided by all, the next by one fewer, … */
    private static List<Change> held(List<Change> changes, Results old, Results now) {
        List<Change> byProbability = new ArrayList<>(changes);
        byProbability.sort(Comparator.comparingDouble(Change::probability));
        List<Change> held = new ArrayList<>();
        boolean differs = true;
        for (int i = 0; i < byProbability.size(); i++) {
            Change change = byProbability.get(i);
            differs = differs && change.probability() <= CHANCE / (byProbability.size() - i);
            held.add(change.judged(differs, old, now));
        }
        held.sort(Comparator.comparing(change -> now.ratios().indexOf(change.after())));
        return held;
    }

    private Change judged(boolean differs, Results old, Results now) {
        double least = Math.max(SMALLEST, Math.max(noise(old), noise(now)));
        Kind judged;
        if (isMarked(before) || isMarked(after)) {
            judged = Kind.MARKED;
        } else if (!differs || Math.abs(growth()) <= least) {
            judged = Kind.NONE;
        } else {
            boolean worse = growth() > 0 == Ratio.isBetterBelow(after.metric());
            judged = worse ? Kind.REGRESSION : Kind.IMPROVEMENT;
        }
        return new Change(before, after, probability, judged);
    }

    /** Noise is no reason: the test sees how far the rounds are apart, and it raises the limit. */
    private static boolean isMarked(Ratio ratio) {
        return ratio.marks().stream().anyMatch(mark -> !KNOWN.contains(mark));
    }

    private double noise(Results results) {
        Scenario scenario = after.scenario();
        return results.noise(scenario).map(Ratio::reach).orElse(0.0);
    }
}
