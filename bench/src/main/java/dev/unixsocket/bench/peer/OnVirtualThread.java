package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A transport whose sessions run on a virtual thread of their own: what is timed happens on that
 * thread from the first exchange to the last, and whoever asks for it waits outside.
 *
 * @param transport makes the servers and sessions
 */
record OnVirtualThread(Transport transport) implements Transport {

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        return transport.serve(service, endpoint, pause);
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().name("session").factory());
        Session session = on(thread, () -> transport.open(task, server));
        return new Session() {
            @Override
            public void exchange(int times) throws IOException {
                on(thread, () -> run(() -> session.exchange(times)));
            }

            @Override
            public void measure(Samples samples, long nanos) throws IOException {
                on(thread, () -> run(() -> session.measure(samples, nanos)));
            }

            @Override
            public void pace(Samples samples, double perSecond, long nanos) throws IOException {
                on(thread, () -> run(() -> session.pace(samples, perSecond, nanos)));
            }

            @Override
            public void close() throws IOException {
                on(thread, () -> run(session::close));
                thread.shutdown();
            }
        };
    }

    private interface Step {
        void run() throws IOException;
    }

    private interface Act<T> {
        T run() throws IOException;
    }

    private static Void run(Step step) throws IOException {
        step.run();
        return null;
    }

    private static <T> T on(ExecutorService thread, Act<T> act) throws IOException {
        try {
            return thread.submit(act::run).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
