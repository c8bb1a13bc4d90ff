package dev.unixsocket.bench.compare;

/** Sizes as people read them. */
public final class Sizes {

    private static final int KIB = 1024;

    private Sizes() {}

    /** {@code 64 B}, {@code 16 KiB}, {@code 1 MiB}. */
    public static String text(long bytes) {
        if (bytes >= KIB * KIB && bytes % (KIB * KIB) == 0) {
            return bytes / (KIB * KIB) + " MiB";
        }
        return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " B";
    }
}
