package dev.unixsocket.uds.ipc;

import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcSession;
import dev.unixsocket.services.wire.DurationText;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for statements, and interrupts one that takes too long, whose client has gone, or that goes
 * on when the service stops. Immutable, thread-safe.
 */
final class StatementWatch {

    /** How often to look while a statement runs. */
    private static final long LOOK_MILLIS = 50;

    /** How long a statement may go on when the service stops. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Duration limit;

    /** One that lets statements take that long. */
    StatementWatch(Duration limit) {
        this.limit = limit;
    }

    /** Why a statement was interrupted: the answer to it. */
    private IpcResponse interrupted(IpcSession session) {
        return session.isStopping()
                ? IpcResponse.error(
                        IpcResponse.UNAVAILABLE,
                        "interrupted",
                        "the service stops: try again later")
                : IpcResponse.error(
                        IpcResponse.BAD_REQUEST,
                        "statement timeout",
                        "the statement was interrupted after " + DurationText.of(limit));
    }

    /** Waits for an answer; what is said in its place if it had to be interrupted. */
    IpcResponse await(Future<IpcResponse> answer, IpcSession session, SqliteDatabase database)
            throws Exception {
        long begun = System.nanoTime();
        Optional<Long> stopping = Optional.empty();
        boolean interrupt = false;
        while (true) {
            try {
                IpcResponse response = answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return interrupt ? interrupted(session) : response;
            } catch (TimeoutException e) {
                if (stopping.isEmpty() && session.isStopping()) {
                    stopping = Optional.of(System.nanoTime());
                }
                boolean tooLong = hasPassed(begun, limit);
                boolean stopped = stopping.isPresent() && hasPassed(stopping.get(), GRACE);
                if (interrupt || tooLong || stopped || session.isPeerGone()) {
                    interrupt = true;
                    database.interrupt(); // again and again: it may be between two steps
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        }
    }

    private static boolean hasPassed(long since, Duration limit) {
        return System.nanoTime() - since > limit.toNanos();
    }
}
