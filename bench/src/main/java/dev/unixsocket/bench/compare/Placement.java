package dev.unixsocket.bench.compare;

import java.util.Arrays;
import java.util.Locale;

/** Where the two processes of a peer run. */
public enum Placement {
    /** Both on one core. */
    ONE_CORE,
    /** Each on a core of its own. */
    TWO_CORES,
    /** Wherever the scheduler puts them. */
    UNPINNED;

    /** Its name in tables and files: {@code one-core}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The placement of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Placement labelled(String label) {
        return Arrays.stream(values())
                .filter(placement -> placement.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no placement \""
                                                + label
                                                + "\"; there are one-core, two-cores, unpinned"));
    }
}
