package dev.unixsocket.bench.compare;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The percentile bootstrap of a median: how far it could have been otherwise, had other rounds of
 * the same kind been measured.
 *
 * @param median the median of the values
 * @param low 2.5 % of the resampled medians are below
 * @param high 2.5 % of the resampled medians are above
 */
record Bootstrap(double median, double low, double high) {

    private static final int RESAMPLES = 10_000;
    private static final double TAIL = 0.025;

    /** The same values give the same interval. */
    private static final long SEED = 20_261_120;

    /**
     * By the number of values: which two of the sorted values are the middle of each resample. They
     * depend on chance alone, so they are drawn once.
     */
    private static final Map<Integer, int[][]> MIDDLES = new ConcurrentHashMap<>();

    /** Of at least one value. */
    static Bootstrap of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] medians = new double[RESAMPLES];
        int[][] middles = MIDDLES.computeIfAbsent(sorted.length, Bootstrap::draw);
        Arrays.setAll(medians, i -> (sorted[middles[i][0]] + sorted[middles[i][1]]) / 2);
        Arrays.sort(medians);
        return new Bootstrap(
                (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2,
                medians[(int) (RESAMPLES * TAIL)],
                medians[(int) (RESAMPLES * (1 - TAIL)) - 1]);
    }

    /** How far the interval reaches from 1. */
    double reach() {
        return Math.max(Math.abs(1 - low), Math.abs(high - 1));
    }

    private static int[][] draw(int number) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[][] middles = new int[RESAMPLES][];
        int[] resample = new int[number];
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.setAll(resample, _ -> random.nextInt(number));
            Arrays.sort(resample);
            middles[i] = new int[] {resample[(number - 1) / 2], resample[number / 2]};
        }
        return middles;
    }
}
