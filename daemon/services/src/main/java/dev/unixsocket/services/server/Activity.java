package dev.unixsocket.services.server;

import java.util.concurrent.atomic.LongAdder;

/** Counts for {@code systemctl status}, and tells the rest to another meter. Thread-safe. */
final class Activity implements Meter {

    private final Meter next;
    private final LongAdder connections = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();

    Activity(Meter next) {
        this.next = next;
    }

    /** How many connections have come, served or not. */
    long arrivals() {
        return connections.sum() + refused.sum();
    }

    /** A line for people. */
    String line() {
        return "%d connections (%d refused), %d requests (%d answered with an error)"
                .formatted(arrivals(), refused.sum(), requests.sum() + errors.sum(), errors.sum());
    }

    @Override
    public long now() {
        return next.now();
    }

    @Override
    public void opened() {
        connections.increment();
        next.opened();
    }

    @Override
    public void closed() {
        next.closed();
    }

    @Override
    public void refused(Refusal why) {
        if (why != Refusal.SHORTAGE) {
            refused.increment();
        }
        next.refused(why);
    }

    @Override
    public void served(long nanos) {
        requests.increment();
        next.served(nanos);
    }

    @Override
    public void failed(int code) {
        errors.increment();
        next.failed(code);
    }

    @Override
    public void received(long bytes) {
        next.received(bytes);
    }

    @Override
    public void sent(long bytes) {
        next.sent(bytes);
    }

    @Override
    public void queued(long messages) {
        next.queued(messages);
    }

    @Override
    public void dropped(long messages) {
        next.dropped(messages);
    }
}
