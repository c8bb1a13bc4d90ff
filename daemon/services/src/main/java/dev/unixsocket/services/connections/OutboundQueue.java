package dev.unixsocket.services.connections;

import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.server.SlowPolicy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one peer has not taken yet: bounded in number and in bytes. Adding never waits for the peer.
 * A thread of the peer's own {@linkplain #take takes}, or a readiness loop {@linkplain #flush
 * flushes}.
 *
 * <p>Thread-safe: many add, one takes or flushes.
 */
public final class OutboundQueue {

    /** How much is taken at once, in bytes; at least one frame is. */
    private static final int BATCH_BYTES = 128 * 1024;

    /** What became of a frame. */
    public enum Outcome {
        /** It waits for the peer. Older ones may have been dropped for it. */
        QUEUED,
        /** It was dropped, or the queue has ended. */
        DROPPED,
        /** It was dropped, and the peer is to be disconnected. */
        DISCONNECT
    }

    /** Where {@link #flush} writes to. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Writes what there is room for.
         *
         * @param from the first byte to write
         * @return how many bytes were taken; 0 if there is no room
         */
        int write(byte[] frame, int from) throws IOException;
    }

    /**
     * What the frames of many queues may take of the memory together. Asked while a queue is
     * locked; thread-safe if the queues belong to several threads.
     */
    public interface Budget {

        /** As much as the queues' own limits allow. */
        Budget UNLIMITED =
                new Budget() {
                    @Override
                    public boolean take(long bytes) {
                        return true;
                    }

                    @Override
                    public void add(long bytes) {}

                    @Override
                    public void give(long bytes) {}
                };

        /** Takes some more if there is so much left; returns whether there is. */
        boolean take(long bytes);

        /** Takes some more, whatever is left. */
        void add(long bytes);

        /** Gives some back. */
        void give(long bytes);
    }

    private final int limit;
    private final long byteLimit;
    private final Budget budget;
    private final SlowPolicy policy;
    private final boolean waitsForHalf;
    private final Deque<byte[]> frames = new ArrayDeque<>();

    /** How much of the first one is out. */
    private int flushed;

    private Meter meter = Meter.NONE;
    private long bytes;
    private long dropped;
    private boolean dropping;
    private boolean ended;
    private boolean takerWaits;
    private int roomWaiters;
    private long lastTake = System.nanoTime();

    private OutboundQueue(
            int limit, long byteLimit, SlowPolicy policy, boolean waitsForHalf, Budget budget) {
        this.limit = limit;
        this.byteLimit = byteLimit;
        this.budget = budget;
        this.policy = policy;
        this.waitsForHalf = waitsForHalf;
    }

    /**
     * A queue of at most {@code limit} frames and {@code byteLimit} bytes, but at least a frame.
     */
    public static OutboundQueue of(int limit, long byteLimit, SlowPolicy policy) {
        return new OutboundQueue(limit, byteLimit, policy, false, Budget.UNLIMITED);
    }

    /**
     * A queue of at most that many bytes, but at least a frame. Once it is full it takes none until
     * it is half empty.
     *
     * @param budget counts the frames; one of more than {@code byteLimit} bytes, or for which
     *     others must wait already, is dropped when it is spent
     */
    public static OutboundQueue droppingUntilHalfEmpty(long byteLimit, Budget budget) {
        return new OutboundQueue(
                Integer.MAX_VALUE, byteLimit, SlowPolicy.DROP_NEWEST, true, budget);
    }

    /** A queue without a limit, for whoever adds no more until it is empty. */
    public static OutboundQueue unlimited() {
        return of(Integer.MAX_VALUE, Long.MAX_VALUE, SlowPolicy.DROP_NEWEST);
    }

    /**
     * Says what counts the frames that wait and those that are dropped. To be called first.
     *
     * @return this queue
     */
    public synchronized OutboundQueue count(Meter meter) {
        this.meter = meter;
        return this;
    }

    private byte[] removeFirst() {
        byte[] frame = frames.removeFirst();
        budget.give(frame.length);
        meter.queued(-1);
        return frame;
    }

    private void drop() {
        dropped++;
        meter.dropped(1);
    }

    /** Adds a frame, which must not be changed, or drops one. */
    public synchronized Outcome offer(byte[] frame) {
        if (ended) {
            return Outcome.DROPPED;
        }
        boolean full = isFull(frame.length);
        dropping = waitsForHalf && (full || (dropping && bytes > byteLimit / 2));
        full |= !full && !dropping && !isAffordable(frame.length);
        if (full || dropping) {
            drop();
            switch (policy) {
                case DISCONNECT -> {
                    return Outcome.DISCONNECT;
                }
                case DROP_NEWEST -> {
                    return Outcome.DROPPED;
                }
                case DROP_OLDEST -> makeRoom(frame.length);
            }
        }
        if (frames.isEmpty()) {
            lastTake = System.nanoTime(); // until now there was nothing to take
        }
        frames.addLast(frame);
        meter.queued(1);
        bytes += frame.length;
        wakeTaker();
        return Outcome.QUEUED;
    }

    /** An empty queue has room for a frame whatever others take: a peer that reads loses none. */
    private boolean isAffordable(int length) {
        if (frames.isEmpty() && length <= byteLimit) {
            budget.add(length);
            return true;
        }
        return budget.take(length);
    }

    private void makeRoom(int length) {
        bytes -= removeFirst().length;
        while (isFull(length)) {
            drop();
            bytes -= removeFirst().length;
        }
    }

    /** Whether there is no room for a frame; an empty queue has room for any. */
    private boolean isFull(int length) {
        return frames.size() >= limit || (!frames.isEmpty() && bytes + length > byteLimit);
    }

    /** Adds frames before all others, whatever the limit. */
    public synchronized void prepend(List<byte[]> earlier) {
        for (byte[] frame : earlier.reversed()) {
            frames.addFirst(frame);
            budget.add(frame.length);
            meter.queued(1);
            bytes += frame.length;
        }
        wakeTaker();
    }

    private void wakeTaker() {
        if (takerWaits) {
            notifyAll();
        }
    }

    /**
     * Waits for frames and moves some of them.
     *
     * @return false when the queue has ended and nothing is left
     */
    public synchronized boolean take(Collection<byte[]> into) throws InterruptedException {
        lastTake = System.nanoTime();
        while (frames.isEmpty()) {
            if (ended) {
                return false;
            }
            takerWaits = true;
            wait();
            takerWaits = false;
        }
        long taken = 0;
        do {
            byte[] frame = removeFirst();
            taken += frame.length;
            into.add(frame);
        } while (!frames.isEmpty() && taken + frames.getFirst().length <= BATCH_BYTES);
        bytes -= taken;
        if (roomWaiters > 0 && isHalfEmpty()) {
            notifyAll();
        }
        return true;
    }

    /** Writes what there is room for, and never waits. */
    public synchronized void flush(Sink sink) throws IOException {
        while (!frames.isEmpty()) {
            byte[] first = frames.getFirst();
            int taken = sink.write(first, flushed);
            flushed += taken;
            bytes -= taken;
            if (flushed < first.length) {
                return;
            }
            removeFirst();
            flushed = 0;
        }
    }

    /**
     * Waits while the queue is full, until it is half empty, but only as long as the peer takes
     * something: when nothing was taken for that long, it has stopped, and is not waited for.
     */
    public synchronized void awaitRoom(long patienceNanos) throws InterruptedException {
        if (!isFull(0)) {
            return;
        }
        roomWaiters++;
        try {
            while (!ended && !isHalfEmpty()) {
                long left = lastTake + patienceNanos - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            }
        } finally {
            roomWaiters--;
        }
    }

    private boolean isHalfEmpty() {
        return frames.size() <= limit / 2 && bytes <= byteLimit / 2;
    }

    /** Takes no more frames; what is there can still be taken. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Forgets the frames that are there. */
    public synchronized void forget() {
        meter.queued(-frames.size());
        frames.forEach(frame -> budget.give(frame.length));
        frames.clear();
        flushed = 0;
        bytes = 0;
    }

    /** Takes no more frames, and forgets those that are there. */
    public synchronized void abandon() {
        forget();
        end();
    }

    /** Whether nothing waits for the peer. */
    public synchronized boolean isEmpty() {
        return frames.isEmpty();
    }

    /** How many frames wait for the peer. */
    public synchronized int size() {
        return frames.size();
    }

    /** How many frames the peer missed. */
    public synchronized long dropped() {
        return dropped;
    }

    /** Whether that very array waits for the peer. */
    public synchronized boolean contains(byte[] frame) {
        return frames.contains(frame); // by identity: arrays have no other equality
    }
}
