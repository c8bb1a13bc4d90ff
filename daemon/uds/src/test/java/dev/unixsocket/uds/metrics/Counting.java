package dev.unixsocket.uds.metrics;

import dev.unixsocket.services.server.Meter;

/** Counts as a service with {@code --metrics-socket} does, or as one without, that is, not. */
final class Counting implements Meter {

    final Figures figures = new Figures();
    volatile boolean on;

    @Override
    public long now() {
        return on ? figures.now() : 0;
    }

    @Override
    public void opened() {
        if (on) {
            figures.opened();
        }
    }

    @Override
    public void closed() {
        if (on) {
            figures.closed();
        }
    }

    @Override
    public void refused(Refusal why) {
        if (on) {
            figures.refused(why);
        }
    }

    @Override
    public void served(long nanos) {
        if (on) {
            figures.served(nanos);
        }
    }

    @Override
    public void failed(int code) {
        if (on) {
            figures.failed(code);
        }
    }

    @Override
    public void received(long bytes) {
        if (on) {
            figures.received(bytes);
        }
    }

    @Override
    public void sent(long bytes) {
        if (on) {
            figures.sent(bytes);
        }
    }

    @Override
    public void queued(long messages) {
        if (on) {
            figures.queued(messages);
        }
    }

    @Override
    public void dropped(long messages) {
        if (on) {
            figures.dropped(messages);
        }
    }
}
