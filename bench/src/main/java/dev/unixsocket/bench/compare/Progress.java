package dev.unixsocket.bench.compare;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Says on standard error what runs, how far it is and how long it will take: one line that changes
 * on a terminal, plain lines elsewhere.
 */
public final class Progress {

    private static final long TERMINAL_REFRESH_NANOS = 200_000_000;

    /** Warming up takes about as long as measuring. */
    private static final int OVERHEAD = 2;

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private String what = "";
    private long allNanos;
    private long doneNanos;
    private long begun;
    private long shown;

    private Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** On standard error. */
    public static Progress onStandardError() {
        boolean terminal = System.console() != null && System.console().isTerminal();
        return new Progress(System.err, terminal);
    }

    /** Says nothing. */
    public static Progress silent() {
        return new Progress(new PrintStream(PrintStream.nullOutputStream()), true);
    }

    /** Slices begin that take so long together. */
    public void begin(Duration slices) {
        allNanos = slices.toNanos();
        begun = System.nanoTime();
    }

    /** Says what runs now. */
    public void say(String now) {
        what = now;
        if (terminal) {
            show();
        } else {
            out.println("bench: " + state());
        }
    }

    void step(Duration slice) {
        doneNanos += slice.toNanos();
        if (terminal && System.nanoTime() - shown > TERMINAL_REFRESH_NANOS) {
            show();
        }
    }

    /** Clears the line. */
    public void end() {
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    private void show() {
        shown = System.nanoTime();
        out.print(CLEAR_LINE + "bench: " + state());
        out.flush();
    }

    private String state() {
        if (allNanos == 0) {
            return what;
        }
        long seconds = left() / 1_000_000_000;
        return String.format(
                Locale.ROOT,
                "%3d %%, about %d:%02d left: %s",
                100 * doneNanos / allNanos,
                seconds / 60,
                seconds % 60,
                what);
    }

    /** By what has passed, once something has been measured. */
    private long left() {
        long passed = System.nanoTime() - begun;
        return doneNanos == 0
                ? Math.max(0, allNanos * OVERHEAD - passed)
                : (long) ((double) passed / doneNanos * (allNanos - doneNanos));
    }
}
