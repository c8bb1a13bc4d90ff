package dev.unixsocket.ffi;

import java.time.Duration;
import java.util.Objects;

/**
 * How a call waits for what is not there yet: bytes to read, room to write, a connection to accept.
 * A property of a socket and of a listener. Timeouts, {@code close}, {@code shutdown}, the end of
 * the stream and errors are the same under each.
 *
 * <p>A virtual thread never blocks its carrier, whatever the strategy: where {@link Block}, {@link
 * Spin} and {@link Adaptive} would block in the kernel, it parks.
 *
 * <p>Immutable, thread-safe.
 */
public sealed interface Waiting {

    /**
     * The kernel waits: read(2), accept(2), connect(2) as C programs call them. The default. {@link
     * Thread#interrupt} does not end such a call on a platform thread.
     */
    record Block() implements Waiting {}

    /**
     * Tries again and again without waiting, and blocks when the budget is used up. The thread is
     * not put to sleep and not woken, which on two cores is most of the time of a round trip; it
     * holds its core meanwhile, so where the peer needs that core this only costs.
     *
     * @param budget of each call that finds nothing; positive
     */
    record Spin(Duration budget) implements Waiting {

        /** See {@link Waiting#spin}. */
        public Spin {
            requirePositive(budget);
        }
    }

    /**
     * Spins only while that has lately been quicker than blocking, and looks again now and then. A
     * connection that has gone quiet uses no processor time.
     *
     * @param budget the longest spin; positive
     */
    record Adaptive(Duration budget) implements Waiting {

        /** See {@link Waiting#adaptive}. */
        public Adaptive {
            requirePositive(budget);
        }
    }

    /**
     * The thread parks, and one poller for the whole process wakes it: a virtual thread leaves its
     * carrier, a platform thread sleeps. {@link Thread#interrupt} ends the call as it does those of
     * the JDK's channels: the socket is closed and {@link
     * java.nio.channels.ClosedByInterruptException} is thrown.
     */
    record Park() implements Waiting {}

    /**
     * See {@link Block}.
     *
     * @return the strategy
     */
    static Waiting block() {
        return new Block();
    }

    /**
     * See {@link Spin}.
     *
     * @param budget how long to try without waiting
     * @return the strategy
     * @throws IllegalArgumentException if the budget is not positive
     */
    static Waiting spin(Duration budget) {
        return new Spin(budget);
    }

    /**
     * See {@link Adaptive}.
     *
     * @param budget how long to try without waiting, at most
     * @return the strategy, which each direction of a socket applies for itself
     * @throws IllegalArgumentException if the budget is not positive
     */
    static Waiting adaptive(Duration budget) {
        return new Adaptive(budget);
    }

    /**
     * See {@link Park}.
     *
     * @return the strategy
     */
    static Waiting park() {
        return new Park();
    }

    private static void requirePositive(Duration budget) {
        Objects.requireNonNull(budget, "budget");
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("a budget must be positive, not " + budget);
        }
    }
}
