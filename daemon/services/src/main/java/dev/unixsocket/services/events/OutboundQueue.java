package dev.unixsocket.services.events;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The frames that wait for one subscriber: bounded in number and in bytes. Adding never waits for
 * the subscriber.
 *
 * <p>Thread-safe: many add, one takes.
 */
final class OutboundQueue {

    /** How much is taken at once, in bytes; at least one frame is. */
    private static final int BATCH_BYTES = 128 * 1024;

    private final int limit;
    private final long byteLimit;
    private final SlowPolicy policy;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private boolean ended;
    private boolean takerWaits;
    private int roomWaiters;
    private long lastTake = System.nanoTime();

    /**
     * A queue of at most {@code limit} frames and {@code byteLimit} bytes, but at least a frame.
     */
    OutboundQueue(int limit, long byteLimit, SlowPolicy policy) {
        this.limit = limit;
        this.byteLimit = byteLimit;
        this.policy = policy;
    }

    /**
     * Adds a frame, or drops one.
     *
     * @return false if the subscriber has to be disconnected
     */
    synchronized boolean offer(byte[] frame) {
        if (ended) {
            return true;
        }
        if (isFull(frame.length)) {
            dropped++;
            switch (policy) {
                case DISCONNECT -> {
                    return false;
                }
                case DROP_NEWEST -> {
                    return true;
                }
                case DROP_OLDEST -> {
                    bytes -= frames.removeFirst().length;
                    while (isFull(frame.length)) {
                        dropped++;
                        bytes -= frames.removeFirst().length;
                    }
                }
            }
        }
        if (frames.isEmpty()) {
            lastTake = System.nanoTime(); // until now there was nothing to take
        }
        frames.addLast(frame);
        bytes += frame.length;
        wakeTaker();
        return true;
    }

    /** Whether there is no room for a frame; an empty queue has room for any. */
    private boolean isFull(int length) {
        return frames.size() >= limit || (!frames.isEmpty() && bytes + length > byteLimit);
    }

    /** Adds frames before all others, whatever the limit. */
    synchronized void prepend(List<byte[]> earlier) {
        for (byte[] frame : earlier.reversed()) {
            frames.addFirst(frame);
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
    synchronized boolean take(Collection<byte[]> into) throws InterruptedException {
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
            byte[] frame = frames.removeFirst();
            taken += frame.length;
            into.add(frame);
        } while (!frames.isEmpty() && taken + frames.getFirst().length <= BATCH_BYTES);
        bytes -= taken;
        if (roomWaiters > 0 && isHalfEmpty()) {
            notifyAll();
        }
        return true;
    }

    /**
     * Waits while the queue is full, until it is half empty, but only as long as the subscriber
     * takes something: when nothing was taken for that long, it has stopped, and is not waited for.
     */
    synchronized void awaitRoom(long patienceNanos) throws InterruptedException {
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
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Forgets the frames that are there. */
    synchronized void forget() {
        frames.clear();
        bytes = 0;
    }

    /** Takes no more frames, and forgets those that are there. */
    synchronized void abandon() {
        forget();
        end();
    }

    synchronized int size() {
        return frames.size();
    }

    /** How many frames the subscriber missed. */
    synchronized long dropped() {
        return dropped;
    }

    synchronized boolean contains(byte[] frame) {
        return frames.contains(frame); // by identity: arrays have no other equality
    }
}
