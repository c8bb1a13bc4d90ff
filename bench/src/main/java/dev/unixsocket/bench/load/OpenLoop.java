package dev.unixsocket.bench.load;

import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.results.Cell;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a given rate, whatever becomes of the answers. A latency counts from when the
 * request should have been sent: one that waits behind a slow one is not left out, which is what a
 * loop that waits for each answer before it sends the next request does (coordinated omission).
 *
 * @param perSecond requests per second, over all connections
 * @param connections threads that send; each has one request under way at most
 * @param warmUp for how long requests are sent first that are not counted
 * @param duration for how long requests are sent that are
 */
public record OpenLoop(double perSecond, int connections, Duration warmUp, Duration duration) {

    /** How long the threads have to open their connections before the first request is due. */
    private static final Duration OPENING_TIME = Duration.ofMillis(200);

    /** So long before a request is due its thread stops sleeping and spins: sleep is not exact. */
    private static final long SPIN_NANOS = 100_000;

    /** Opens a conversation with the server. */
    public interface Opening {

        /** Called by each thread, and again after a failure. */
        Session open() throws IOException;
    }

    /**
     * What came of it.
     *
     * @param latency nanoseconds from when a request should have been sent to its answer
     * @param service nanoseconds from when it was sent: what a closed loop would have measured
     * @param failed how many requests failed
     * @param firstFailure why the first of them did; empty if none
     * @param elapsed from the first request's time to the last answer
     */
    public record Outcome(
            Histogram latency,
            Histogram service,
            long failed,
            String firstFailure,
            Duration elapsed) {

        /** Answers per second. */
        public double achievedPerSecond() {
            return latency.getTotalCount() * 1e9 / elapsed.toNanos();
        }
    }

    /** Runs it; the connections are open before the first request is due. */
    public Outcome run(Opening opening) throws IOException {
        long begin = System.nanoTime() + OPENING_TIME.plus(warmUp).toNanos();
        List<Sender> senders = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Sender sender = new Sender(opening, begin, i);
            senders.add(sender);
            threads.add(Thread.ofPlatform().name("connection-" + i).start(sender));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return sum(senders, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static Outcome sum(List<Sender> senders, Duration elapsed) {
        Histogram latency = Cell.emptyHistogram();
        Histogram service = Cell.emptyHistogram();
        long failed = 0;
        String firstFailure = "";
        for (Sender sender : senders) {
            latency.add(sender.latency);
            service.add(sender.service);
            failed += sender.failed;
            if (firstFailure.isEmpty()) {
                firstFailure = sender.firstFailure;
            }
        }
        return new Outcome(latency, service, failed, firstFailure, elapsed);
    }

    private final class Sender implements Runnable {

        private final Opening opening;
        private final long begin;
        private final int number;
        private final Histogram latency = Cell.emptyHistogram();
        private final Histogram service = Cell.emptyHistogram();
        private long failed;
        private String firstFailure = "";
        private Session session;

        Sender(Opening opening, long begin, int number) {
            this.opening = opening;
            this.begin = begin;
            this.number = number;
        }

        @Override
        public void run() {
            open();
            double interval = connections * 1e9 / perSecond;
            double offset = number * 1e9 / perSecond;
            long first = (long) -Math.floor((warmUp.toNanos() + offset) / interval);
            for (long i = first; !Thread.currentThread().isInterrupted(); i++) {
                long after = (long) (offset + i * interval);
                if (after >= duration.toNanos()) {
                    break;
                }
                waitUntil(begin + after);
                request(begin + after);
            }
            close();
        }

        private void request(long due) {
            long sent = System.nanoTime();
            try {
                if (session == null) {
                    open();
                }
                if (session == null) {
                    failed++;
                    return;
                }
                session.exchange(1);
                long answered = System.nanoTime();
                if (due >= begin) {
                    record(latency, answered - due);
                    record(service, answered - sent);
                }
            } catch (IOException | RuntimeException e) {
                fail(e);
                failed++;
                close();
            }
        }

        private void open() {
            try {
                session = opening.open();
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        private void fail(Exception e) {
            if (firstFailure.isEmpty()) {
                firstFailure = String.valueOf(e.getMessage());
            }
        }

        private void close() {
            try {
                if (session != null) {
                    session.close();
                }
            } catch (IOException gone) {
                // It is closed all the same.
            }
            session = null;
        }

        private static void record(Histogram histogram, long nanos) {
            histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
        }

        private static void waitUntil(long due) {
            for (long left; (left = due - System.nanoTime()) > 0; ) {
                if (left > SPIN_NANOS) {
                    LockSupport.parkNanos(left - SPIN_NANOS);
                } else {
                    Thread.onSpinWait();
                }
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
        }
    }
}
