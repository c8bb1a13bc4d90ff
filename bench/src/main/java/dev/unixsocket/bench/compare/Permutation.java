package dev.unixsocket.bench.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether two groups of numbers differ by more than chance: the permutation test of the sum of
 * ranks (Wilcoxon's, Mann and Whitney's). It asks nothing of how the numbers are distributed.
 */
final class Permutation {

    /** The smallest probability that can come out is one in so many and one. */
    private static final int PERMUTATIONS = 20_000;

    /** The same numbers give the same probability. */
    private static final long SEED = 20_261_127;

    private Permutation() {}

    /** How likely numbers that do not differ would be as far apart as these, or further: 0 to 1. */
    static double probability(double[] some, double[] others) {
        double[] ranks = ranks(some, others);
        double middle = Arrays.stream(ranks).sum() * some.length / ranks.length;
        double apart = Math.abs(sum(ranks, some.length) - middle);
        SplittableRandom random = new SplittableRandom(SEED);
        int asFar = 0;
        for (int i = 0; i < PERMUTATIONS; i++) {
            drawFirst(ranks, some.length, random);
            if (Math.abs(sum(ranks, some.length) - middle) >= apart) {
                asFar++;
            }
        }
        return (asFar + 1.0) / (PERMUTATIONS + 1.0);
    }

    /** The ranks of all numbers; equal ones share the mean of theirs. */
    private static double[] ranks(double[] some, double[] others) {
        double[] all = Arrays.copyOf(some, some.length + others.length);
        System.arraycopy(others, 0, all, some.length, others.length);
        double[] ranks = new double[all.length];
        for (int i = 0; i < all.length; i++) {
            double number = all[i];
            long below = Arrays.stream(all).filter(other -> other < number).count();
            long equal = Arrays.stream(all).filter(other -> other == number).count();
            ranks[i] = below + (equal + 1) / 2.0;
        }
        return ranks;
    }

    /** Puts a random choice of the numbers at the beginning. */
    private static void drawFirst(double[] numbers, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            int chosen = random.nextInt(i, numbers.length);
            double number = numbers[i];
            numbers[i] = numbers[chosen];
            numbers[chosen] = number;
        }
    }

    private static double sum(double[] numbers, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += numbers[i];
        }
        return sum;
    }
}
