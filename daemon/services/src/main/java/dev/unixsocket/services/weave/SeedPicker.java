package dev.unixsocket.services.weave;

import java.util.SplittableRandom;

/** Picks a seed for a request that leaves it to the daemon. Confined to one thread. */
final class SeedPicker {

    private final SplittableRandom random = new SplittableRandom();

    long seedFor(RequestView request) {
        long seed = request.requestedSeed();
        while (seed == 0) {
            seed = random.nextLong();
        }
        return seed;
    }
}
