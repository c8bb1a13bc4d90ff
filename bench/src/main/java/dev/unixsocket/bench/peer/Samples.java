package dev.unixsocket.bench.peer;

/**
 * The durations of exchanges that followed each other, in nanoseconds. Recording one costs a
 * reading of the clock and a store; nothing is allocated. The C client keeps the same array.
 *
 * <p>Confined to one thread at a time.
 */
public final class Samples {

    /** The most samples that are kept at once. */
    public static final int MOST = 1 << 20;

    private static final long LARGEST = 0xFFFF_FFFFL;

    private final int[] nanos = new int[MOST];
    private int count;
    private long begin;
    private long last;

    /** Room for {@link #MOST} samples. */
    public Samples() {
        java.util.Arrays.fill(nanos, -1); // no page faults while measuring
    }

    /** Forgets what was recorded and starts the clock: its reading, in nanoseconds. */
    public long begin() {
        count = 0;
        begin = System.nanoTime();
        last = begin;
        return begin;
    }

    /** Records that an exchange ended now and the next one begins: the clock's reading. */
    public long add() {
        long now = System.nanoTime();
        nanos[count++] = (int) Math.min(now - last, LARGEST);
        last = now;
        return now;
    }

    /** Records how long an exchange took until now, from two times: the clock's reading. */
    long add(long due, long begun) {
        long now = System.nanoTime();
        nanos[count++] = (int) Math.min(now - due, LARGEST);
        nanos[count++] = (int) Math.min(now - begun, LARGEST);
        last = now;
        return now;
    }

    /** Whether there is room for no more. */
    public boolean isFull() {
        return count == nanos.length;
    }

    /** How many were recorded. */
    public int count() {
        return count;
    }

    /** The duration of one exchange in nanoseconds, at most 4.29 s. */
    public long nanos(int index) {
        return Integer.toUnsignedLong(nanos[index]);
    }

    /** From the first exchange's beginning to the last one's end, in nanoseconds. */
    public long elapsedNanos() {
        return last - begin;
    }
}
