package dev.unixsocket.services.connections;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an {@link OutputWriter} has yet to write: first the frames in hand, of which the system is
 * being given bytes, then those that wait. Guarded by the writer's lock.
 */
final class OutputFrames {

    /** Bytes, and who wants to know what becomes of them. */
    static final class Frame {

        private static final Consumer<Delivery> NOBODY = _ -> {};

        private final byte[] bytes;
        private final long begun = System.nanoTime();
        private final long limitNanos;
        private Consumer<Delivery> then;

        /** One that may wait for ever. */
        Frame(byte[] bytes) {
            this.bytes = bytes;
            this.limitNanos = Long.MAX_VALUE;
            this.then = NOBODY;
        }

        /** One that may wait for so long. */
        Frame(byte[] bytes, Duration limit, Consumer<Delivery> then) {
            this.bytes = bytes;
            this.limitNanos = limit.toNanos();
            this.then = then;
        }

        private boolean isAwaited() {
            return then != NOBODY;
        }

        private long nanosLeft() {
            return limitNanos - (System.nanoTime() - begun);
        }

        private Consumer<Delivery> forget() {
            Consumer<Delivery> told = then;
            then = NOBODY;
            return told;
        }
    }

    private final long byteLimit;
    private final Deque<Frame> inHand = new ArrayDeque<>();
    private final Deque<Frame> waiting = new ArrayDeque<>();

    /** Of the frames that wait. */
    private long bytes;

    /** Of the frames in hand, how much is out; more than the first has when that one is done. */
    private long out;

    /** How many of those in hand are lost. */
    private int failed;

    private boolean torn;
    private boolean dropping;
    private long added;
    private long finished;

    OutputFrames(long byteLimit) {
        this.byteLimit = byteLimit;
    }

    void add(Frame frame) {
        waiting.addLast(frame);
        bytes += frame.bytes.length;
        added++;
    }

    /** Whether so many bytes more may wait; always if nothing does. */
    boolean hasRoom(int length) {
        return waiting.isEmpty() || bytes + length <= byteLimit;
    }

    /** As {@link #hasRoom}; once it has none, not until it is half empty. */
    boolean takes(int length) {
        dropping = !hasRoom(length) || (dropping && bytes > byteLimit / 2);
        return !dropping;
    }

    boolean isEmpty() {
        return inHand.isEmpty() && waiting.isEmpty();
    }

    /** How many frames were added. */
    long added() {
        return added;
    }

    /** How many of them are written or lost. */
    long finished() {
        return finished;
    }

    /**
     * Puts into a buffer what comes next: as many whole frames as fit, or a piece of a large one.
     */
    void fill(WriteBuffer buffer) {
        buffer.begin(torn);
        int from = (int) out;
        for (Frame frame : inHand) {
            buffer.add(frame.bytes, from);
            from = 0;
        }
        while (!waiting.isEmpty()
                && (inHand.isEmpty() || buffer.hasRoom(waiting.getFirst().bytes.length))) {
            Frame frame = waiting.getFirst();
            inHand.addLast(frame);
            waiting.removeFirst();
            bytes -= frame.bytes.length;
            buffer.add(frame.bytes, 0);
        }
    }

    /** So many bytes of the buffer are out. */
    void wrote(long count) {
        out += torn && count > 0 ? count - 1 : count;
        torn &= count == 0;
    }

    /**
     * The write failed: those in hand are lost.
     *
     * @param all whether the others are, too
     * @return how many were lost
     */
    int lose(boolean all) {
        if (out > 0) {
            torn = inHand.getFirst().bytes[(int) out - 1] != '\n';
        }
        out = 0;
        while (all && !waiting.isEmpty()) {
            inHand.addLast(waiting.getFirst());
            waiting.removeFirst();
        }
        bytes = all ? 0 : bytes;
        failed = inHand.size();
        return failed;
    }

    /** Whether the first of those in hand is out, or lost. */
    boolean hasDone() {
        return !inHand.isEmpty() && (failed > 0 || out >= inHand.getFirst().bytes.length);
    }

    /** Forgets that one. */
    Consumer<Delivery> removeDone() {
        Frame frame = inHand.removeFirst();
        if (failed > 0) {
            failed--;
        } else {
            out -= frame.bytes.length;
        }
        finished++;
        return frame.forget();
    }

    private Optional<Frame> firstAwaited() {
        Optional<Frame> held = inHand.stream().filter(Frame::isAwaited).findFirst();
        return held.isPresent() ? held : waiting.stream().filter(Frame::isAwaited).findFirst();
    }

    /** How long until somebody is to be told that it takes too long. */
    long nanosLeft() {
        return firstAwaited().map(Frame::nanosLeft).orElse(Long.MAX_VALUE);
    }

    /** Withdraws the frame that is next to be, unless it is in hand. */
    Consumer<Delivery> withdrawLate() {
        Frame frame = firstAwaited().orElseThrow();
        if (waiting.remove(frame)) {
            bytes -= frame.bytes.length;
            finished++;
        }
        return frame.forget();
    }

    /** Forgets all that wait, and whom to tell of those in hand. */
    void abandon() {
        inHand.forEach(Frame::forget);
        waiting.clear();
        bytes = 0;
        finished = added;
    }
}
