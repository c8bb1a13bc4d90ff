package dev.unixsocket.ffi;

import java.util.List;

/** How long it took until the end of a peer was noticed. */
final class Noticed {

    private Noticed() {}

    /** Prints percentiles, if a test runs for long. */
    static void print(String what, List<Long> nanos, boolean isLong) {
        if (isLong && !nanos.isEmpty()) {
            List<Long> sorted = nanos.stream().sorted().toList();
            System.out.printf(
                    "%s, %d times: noticed after %d µs (p50), %d (p99), %d (p99.9), %d (longest)%n",
                    what,
                    sorted.size(),
                    at(sorted, 0.5),
                    at(sorted, 0.99),
                    at(sorted, 0.999),
                    at(sorted, 1));
        }
    }

    private static long at(List<Long> sorted, double part) {
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1) / 1000;
    }
}
