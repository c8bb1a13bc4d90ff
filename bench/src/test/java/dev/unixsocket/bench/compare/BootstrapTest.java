package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The intervals of the report. */
class BootstrapTest {

    private static final double TRUE_RATIO = 1.10;
    private static final int EXPERIMENTS = 500;

    @Test
    void theIntervalCoversAKnownRatioAboutAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(1);
        int covered = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            Bootstrap bootstrap = Bootstrap.of(rounds(random, Plan.FEWEST_ROUNDS));
            if (bootstrap.low() <= TRUE_RATIO && TRUE_RATIO <= bootstrap.high()) {
                covered++;
            }
        }
        assertTrue(covered >= 0.90 * EXPERIMENTS, covered + " of " + EXPERIMENTS);
    }

    @Test
    void moreRoundsGiveANarrowerInterval() {
        SplittableRandom random = new SplittableRandom(2);
        double few = width(Bootstrap.of(rounds(random, Plan.FEWEST_ROUNDS)));
        double many = width(Bootstrap.of(rounds(random, 20 * Plan.FEWEST_ROUNDS)));
        assertTrue(many < few, many + " is not below " + few);
    }

    @Test
    void oneWildRoundMovesTheMedianNoFurtherThanToItsNeighbour() {
        double[] calm = new double[Plan.FEWEST_ROUNDS];
        Arrays.setAll(calm, i -> 1 + i / 100.0);
        double[] wild = calm.clone();
        wild[wild.length - 1] = 1000;
        assertEquals(Bootstrap.of(calm).median(), Bootstrap.of(wild).median());
    }

    @Test
    void theSameRoundsGiveTheSameInterval() {
        double[] values = rounds(new SplittableRandom(3), Plan.FEWEST_ROUNDS);
        assertEquals(Bootstrap.of(values), Bootstrap.of(values));
    }

    /** Ratios whose median is the true one, with the odd round that something disturbed. */
    private static double[] rounds(SplittableRandom random, int number) {
        double[] ratios = new double[number];
        Arrays.setAll(
                ratios,
                i -> {
                    double noise = random.nextGaussian() * 0.03;
                    boolean disturbed = random.nextInt(20) == 0;
                    return TRUE_RATIO * (1 + (disturbed ? 10 * noise : noise));
                });
        return ratios;
    }

    private static double width(Bootstrap bootstrap) {
        return bootstrap.high() - bootstrap.low();
    }
}
