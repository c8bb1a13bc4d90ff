package dev.unixsocket.bench.compare;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Says on standard error what runs and how long it may still take: one line that changes on a
 * terminal, plain lines elsewhere. The time left is that until the limit, so it only ever falls.
 *
 * <p>Confined to one thread.
 */
public final class Progress {

    private static final long TERMINAL_REFRESH_NANOS = 200_000_000;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private String what = "";
    private Optional<Budget> budget = Optional.empty();
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

    /** On that stream, as elsewhere than on a terminal. */
    static Progress inLines(PrintStream out) {
        return new Progress(out, false);
    }

    /** Says nothing. */
    public static Progress silent() {
        return new Progress(new PrintStream(PrintStream.nullOutputStream()), true);
    }

    /** Everything from now on has that much time. */
    public void begin(Budget time) {
        budget = Optional.of(time);
    }

    /** Says what runs now. */
    public void say(String now) {
        what = now;
        if (terminal) {
            print();
        } else {
            out.println("bench: " + state());
        }
    }

    /** Shows again how long it may take, if that was last shown a while ago. */
    void show() {
        if (terminal && System.nanoTime() - shown > TERMINAL_REFRESH_NANOS) {
            print();
        }
    }

    /** Clears the line. */
    public void end() {
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    private void print() {
        shown = System.nanoTime();
        out.print(CLEAR_LINE + "bench: " + state());
        out.flush();
    }

    private String state() {
        return budget.map(time -> left(time.left().toSeconds()) + what).orElse(what);
    }

    private static String left(long seconds) {
        return seconds == 0
                ? "about to end: "
                : "at most %d:%02d left: "
                        .formatted(seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE);
    }
}
