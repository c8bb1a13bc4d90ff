package dev.unixsocket.uds.metrics;

import dev.unixsocket.services.server.Meter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What a service has counted since its start. Thread-safe; counting never waits. */
final class Figures implements Meter {

    /** The upper bounds of the latency histogram, in nanoseconds: 10 µs to 60 s. */
    static final long[] BOUNDS_NANOS = {
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        500_000_000,
        1_000_000_000,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        30_000_000_000L,
        60_000_000_000L
    };

    final LongAdder opened = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder queued = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder servedNanos = new LongAdder();

    /** Requests by how long they took; the last one is for those beyond all bounds. */
    final LongAdder[] served =
            Stream.generate(LongAdder::new)
                    .limit(BOUNDS_NANOS.length + 1)
                    .toArray(LongAdder[]::new);

    final Map<Refusal, LongAdder> refused = new ConcurrentHashMap<>();
    final Map<Integer, LongAdder> failed = new ConcurrentHashMap<>();

    Figures() {
        for (Refusal why : Refusal.values()) {
            refused.put(why, new LongAdder()); // shown from the start, as 0
        }
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void opened() {
        opened.increment();
    }

    @Override
    public void closed() {
        closed.increment();
    }

    @Override
    public void refused(Refusal why) {
        refused.get(why).increment();
    }

    @Override
    public void served(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        served[bucket].increment();
        servedNanos.add(nanos);
    }

    @Override
    public void failed(int code) {
        failed.computeIfAbsent(code, _ -> new LongAdder()).increment();
    }

    @Override
    public void received(long bytes) {
        received.add(bytes);
    }

    @Override
    public void sent(long bytes) {
        sent.add(bytes);
    }

    @Override
    public void queued(long messages) {
        queued.add(messages);
    }

    @Override
    public void dropped(long messages) {
        dropped.add(messages);
    }
}
