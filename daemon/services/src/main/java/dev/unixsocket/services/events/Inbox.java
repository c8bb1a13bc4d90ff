package dev.unixsocket.services.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The messages that a client has received and nobody has taken yet. When it is full, the client
 * reads no more, and it is the server's queue that fills.
 *
 * <p>Thread-safe.
 */
final class Inbox {

    private final int limit;
    private final Deque<EventMessage> messages = new ArrayDeque<>();
    private Optional<EventException> end = Optional.empty();
    private boolean closed;

    Inbox(int limit) {
        this.limit = limit;
    }

    /** Adds messages as soon as there is room for one; false if they are of no use any more. */
    synchronized boolean put(List<EventMessage> batch) throws InterruptedException {
        while (messages.size() >= limit && !closed) {
            wait();
        }
        if (closed) {
            return false;
        }
        if (messages.isEmpty()) {
            notifyAll();
        }
        messages.addAll(batch);
        return true;
    }

    /** Says why no more will come, to whoever takes after the last message. */
    synchronized void end(EventException reason) {
        if (end.isEmpty()) {
            end = Optional.of(reason);
        }
        notifyAll();
    }

    /** As {@link #end}, and forgets what is there. */
    synchronized void close(EventException reason) {
        closed = true;
        messages.clear();
        end(reason);
    }

    /**
     * Waits for the next message.
     *
     * @return empty when the time is over
     * @throws EventException when no more will come
     */
    synchronized Optional<EventMessage> take(long nanos)
            throws EventException, InterruptedException {
        long until = System.nanoTime() + nanos;
        while (messages.isEmpty()) {
            if (end.isPresent()) {
                throw end.get();
            }
            long left = until - System.nanoTime();
            if (left <= 0) {
                return Optional.empty();
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
        EventMessage message = messages.removeFirst();
        if (messages.size() == limit / 2) {
            notifyAll(); // whoever puts may wait
        }
        return Optional.of(message);
    }

    synchronized int size() {
        return messages.size();
    }
}
