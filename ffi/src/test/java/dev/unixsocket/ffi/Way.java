package dev.unixsocket.ffi;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A way to wait: a strategy, on a platform thread or on a virtual one. */
enum Way {
    BLOCK(Waiting.block(), false),
    SPIN(Waiting.spin(Duration.ofMillis(1)), false),
    ADAPTIVE(Waiting.adaptive(Duration.ofMillis(1)), false),
    PARK(Waiting.park(), false),
    BLOCK_VIRTUAL(Waiting.block(), true),
    SPIN_VIRTUAL(Waiting.spin(Duration.ofMillis(1)), true),
    ADAPTIVE_VIRTUAL(Waiting.adaptive(Duration.ofMillis(1)), true),
    PARK_VIRTUAL(Waiting.park(), true);

    /** For what takes a while on a busy machine. */
    private static final long LONG_SECONDS = 120;

    final Waiting waiting;
    private final boolean virtual;

    Way(Waiting waiting, boolean virtual) {
        this.waiting = waiting;
        this.virtual = virtual;
    }

    /** Whether a call that waits parks in the end, so that an interrupt ends it. */
    boolean parks() {
        return virtual || waiting instanceof Waiting.Park;
    }

    /** A call that a thread makes in this way. */
    final class Task<T> {

        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final Thread thread;

        private Task(Callable<T> call) {
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
            thread = builder.start(() -> run(call));
        }

        private void run(Callable<T> call) {
            try {
                result.complete(call.call());
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        }

        /** Waits until its call on that socket waits: it is parked, or has spun and blocks. */
        Task<T> awaitWaiting(SocketState socket) {
            long end = System.nanoTime() + Connected.PATIENCE.toNanos();
            int seen = 0;
            while (seen < 5) {
                if (result.isDone() || System.nanoTime() > end) {
                    throw new AssertionError("the thread does not wait in a call: " + result);
                }
                boolean waits =
                        parks()
                                ? socket.input().isAwaited() || socket.output().isAwaited()
                                : socket.descriptor().isInUse();
                seen = waits ? seen + 1 : 0;
                LockSupport.parkNanos(1_000_000);
            }
            return this;
        }

        T result() throws Exception {
            try {
                return result.get(LONG_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }

        /** What it threw. */
        Throwable failure() throws Exception {
            try {
                throw new AssertionError(
                        "no exception but " + result.get(LONG_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }

        boolean isDone() {
            return result.isDone();
        }

        void interrupt() {
            thread.interrupt();
        }
    }

    /** Makes a call on a thread of its own. */
    <T> Task<T> start(Callable<T> call) {
        return new Task<>(call);
    }

    /** Both ends of a connection whose server waits in this way. */
    Connected connect(Address address) throws Exception {
        return start(
                        () -> {
                            Connected connected = Connected.over(address);
                            connected.listener().waiting(waiting);
                            connected.server().waiting(waiting);
                            return connected;
                        })
                .result();
    }
}
