package dev.unixsocket.services.events;

import dev.unixsocket.services.connections.OutboundQueue;
import dev.unixsocket.services.wire.Deadline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Who is connected to a channel, and what waits while nobody is.
 *
 * <p>A connection joins before it is known whether it subscribes: what is broadcast meanwhile waits
 * in its queue, and with the messages for nobody as long as there is no subscriber at all.
 *
 * <p>Thread-safe; no method waits for a peer.
 */
final class Channel {

    private final int maxConnections;
    private final int pendingLimit;
    private final Deque<byte[]> pending = new ArrayDeque<>();
    private final List<EventConnection> undecided = new ArrayList<>();
    private final List<EventConnection> subscribers = new ArrayList<>();

    Channel(int maxConnections, int pendingLimit) {
        this.maxConnections = maxConnections;
        this.pendingLimit = pendingLimit;
    }

    int maxConnections() {
        return maxConnections;
    }

    synchronized void join(EventConnection connection) {
        undecided.add(connection);
    }

    /**
     * Makes a subscriber of a connection that joined.
     *
     * @return the messages for nobody that it got; empty if there is no room for it
     */
    synchronized Optional<List<byte[]>> subscribe(EventConnection connection) {
        undecided.remove(connection);
        if (subscribers.size() >= maxConnections) {
            return Optional.empty();
        }
        OutboundQueue queue = connection.queue();
        List<byte[]> earlier = List.copyOf(pending);
        queue.prepend(earlier.stream().filter(frame -> !queue.contains(frame)).toList());
        pending.clear();
        subscribers.add(connection);
        notifyAll();
        return Optional.of(earlier);
    }

    /** Takes back what a connection got that is no subscriber after all. */
    synchronized void giveBack(EventConnection connection, List<byte[]> earlier) {
        leave(connection);
        if (subscribers.isEmpty()) {
            for (byte[] frame : earlier.reversed()) {
                if (pending.size() < pendingLimit) {
                    pending.addFirst(frame);
                }
            }
        }
    }

    synchronized void leave(EventConnection connection) {
        undecided.remove(connection);
        subscribers.remove(connection);
        notifyAll();
    }

    synchronized void broadcast(byte[] frame) {
        broadcastExcept(frame, "");
    }

    /** To all but one, who sent it. */
    synchronized void broadcastExcept(byte[] frame, String senderId) {
        for (EventConnection connection : undecided) {
            connection.deliver(frame);
        }
        for (int i = 0; i < subscribers.size(); i++) {
            EventConnection connection = subscribers.get(i);
            if (!connection.id().equals(senderId)) {
                connection.deliver(frame);
            }
        }
        if (subscribers.isEmpty()) {
            if (pending.size() >= pendingLimit) {
                pending.removeFirst();
            }
            pending.addLast(frame);
        }
    }

    /** The subscriber with that id. */
    synchronized Optional<EventConnection> subscriber(String id) {
        return subscribers.stream().filter(one -> one.id().equals(id)).findAny();
    }

    /** The subscribers, and those of whom it is not known yet. */
    synchronized List<EventConnection> everybody() {
        List<EventConnection> everybody = new ArrayList<>(subscribers);
        everybody.addAll(undecided);
        return everybody;
    }

    synchronized List<EventConnection> subscribers() {
        return List.copyOf(subscribers);
    }

    /** Waits until there are that many subscribers; false when the time is over. */
    boolean awaitSubscribers(int count, Duration limit) throws InterruptedException {
        return await(() -> subscribers.size() >= count, limit);
    }

    /** Waits until all have left; false when the time is over. */
    boolean awaitNobody(Duration limit) throws InterruptedException {
        return await(() -> subscribers.isEmpty() && undecided.isEmpty(), limit);
    }

    private synchronized boolean await(BooleanSupplier condition, Duration limit)
            throws InterruptedException {
        Deadline deadline = Deadline.after(limit);
        while (!condition.getAsBoolean()) {
            if (deadline.hasPassed()) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(deadline.leftNanos(), 1_000_000));
        }
        return true;
    }
}
