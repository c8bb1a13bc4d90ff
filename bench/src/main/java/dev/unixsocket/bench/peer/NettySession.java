package dev.unixsocket.bench.peer;

import io.netty.channel.EventLoopGroup;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Repeats an exchange inside the event loop; the calling thread waits for the last one only. */
final class NettySession implements Session {

    /** An exchange that ends later. */
    interface Exchange {

        /** Connects, if the exchanges share a connection. */
        void open(NettySession session) throws IOException;

        /** Begins one; {@link NettySession#finished} or {@link NettySession#failed} ends it. */
        void begin();

        /** Closes what {@link #open} opened. */
        void close();
    }

    private final EventLoopGroup loop;
    private final Exchange exchange;
    private CompletableFuture<Void> done;
    private int left;
    private Samples samples;
    private Pace pace;
    private long begin;
    private long nanos;

    private NettySession(EventLoopGroup loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    static NettySession of(EventLoopGroup loop, Exchange exchange) throws IOException {
        NettySession session = new NettySession(loop, exchange);
        exchange.open(session);
        return session;
    }

    @Override
    public void exchange(int times) throws IOException {
        await(
                () -> {
                    samples = null;
                    pace = null;
                    left = times;
                    exchange.begin();
                });
    }

    @Override
    public void measure(Samples into, long forNanos) throws IOException {
        await(
                () -> {
                    samples = into;
                    pace = null;
                    nanos = forNanos;
                    begin = into.begin();
                    exchange.begin();
                });
    }

    @Override
    public void pace(Samples into, double perSecond, long forNanos) throws IOException {
        await(
                () -> {
                    pace = new Pace(into, perSecond, forNanos);
                    pace.next();
                    exchange.begin();
                });
    }

    private void await(Runnable start) throws IOException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        loop.next().execute(start);
        try {
            end.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** The exchange has ended: the next one begins, or the caller is told. In the event loop. */
    void finished() {
        if (more()) {
            exchange.begin();
        } else {
            done.complete(null);
        }
    }

    private boolean more() {
        if (pace != null) {
            pace.ended();
            return pace.next();
        }
        return samples == null ? --left > 0 : samples.add() - begin < nanos && !samples.isFull();
    }

    /** The exchange cannot end. */
    void failed(Throwable cause) {
        if (done != null) {
            done.completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        exchange.close();
        NettyTransport.stop(loop);
    }
}
