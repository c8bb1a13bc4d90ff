package dev.unixsocket.services.server;

import java.util.concurrent.atomic.LongAdder;

/** Counts for {@code systemctl status}, and tells the rest to another meter. Thread-safe. */
final class Activity implements Meter {

    private final Meter next;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder notAdmitted = new LongAdder();
    private final LongAdder noRoom = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();

    Activity(Meter next) {
        this.next = next;
    }

    /**
     * How far a service has come.
     *
     * @param accepted how many connections it has accepted
     * @param ended with how many of them it is done
     */
    record Progress(long accepted, long ended) {

        /** Whether connections were accepted since, and connections have ended since. */
        boolean since(Progress before) {
            return accepted != before.accepted && ended != before.ended;
        }
    }

    /** How far it has come by now. */
    Progress progress() {
        long strangers = notAdmitted.sum();
        return new Progress(opened.sum() + strangers, closed.sum() + strangers);
    }

    /** A line for people. */
    String line() {
        long strangers = notAdmitted.sum();
        return "%d connections (%d refused), %d requests (%d answered with an error)"
                .formatted(
                        opened.sum() + strangers,
                        strangers + noRoom.sum(),
                        requests.sum() + errors.sum(),
                        errors.sum());
    }

    @Override
    public long now() {
        return next.now();
    }

    @Override
    public void opened() {
        opened.increment();
        next.opened();
    }

    @Override
    public void closed() {
        closed.increment();
        next.closed();
    }

    @Override
    public void refused(Refusal why) {
        if (why == Refusal.NOT_ADMITTED) {
            notAdmitted.increment();
        } else if (why == Refusal.NO_ROOM) { // it was admitted
            noRoom.increment();
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
