package dev.unixsocket.bench.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

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

    /** Of at least one value. */
    static Bootstrap of(double[] values) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] medians = new double[RESAMPLES];
        double[] resample = new double[values.length];
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.setAll(resample, j -> values[random.nextInt(values.length)]);
            medians[i] = median(resample);
        }
        Arrays.sort(medians);
        return new Bootstrap(
                median(values.clone()),
                medians[(int) (RESAMPLES * TAIL)],
                medians[(int) (RESAMPLES * (1 - TAIL)) - 1]);
    }

    /** Sorts the values. */
    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
