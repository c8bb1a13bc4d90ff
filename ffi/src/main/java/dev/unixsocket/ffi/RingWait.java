package dev.unixsocket.ffi;

/**
 * How one end of a ring waits for the other: it spins for as long as that is worth it, then says
 * that it sleeps, looks once more, and waits for a bell.
 *
 * <p>For one thread at a time, but for {@link #waiting}, which the next wait obeys.
 */
final class RingWait {

    /** Not enough is ready, and more may come. */
    private static final long NOT_YET = Long.MIN_VALUE;

    /** How often a spin looks at the ring before it looks at the clock. */
    private static final int LOOKS = 32;

    /** How long a spin goes on before it looks whether the peer has gone, in nanoseconds. */
    private static final long LOOK_AT_SOCKET = 10_000_000;

    private final RingEnd end;
    private final Doorbell bell;
    private final SocketState state;

    /** Null where calls do not spin. */
    private Spinner spinner;

    RingWait(RingEnd end, Doorbell bell) {
        this.end = end;
        this.bell = bell;
        state = bell.socket().state();
    }

    /** What is spun on is the ring; the socket only ever waits for bells. */
    void waiting(Waiting waiting) {
        spinner =
                switch (waiting) {
                    case Waiting.Spin spin -> new Spinner(Timeouts.nanos(spin.budget()), false);
                    case Waiting.Adaptive spin -> new Spinner(Timeouts.nanos(spin.budget()), true);
                    default -> null;
                };
    }

    /**
     * Waits until the end has something to do.
     *
     * @return how much, at least what is wanted; less, or 0, when there will never be more; {@link
     *     RingEnd#BROKEN}; {@code -errno}
     */
    long await(long wanted, long deadline) {
        if (end.wakesBeforeItWaits()) {
            bell.ring();
        }
        Spinner spins = spinner;
        long ready = spins == null ? look(wanted) : spin(wanted, spins, deadline);
        if (ready != NOT_YET) {
            return ready;
        }
        long since = spins == null ? 0 : System.nanoTime();
        ready = sleep(wanted, deadline);
        if (spins != null) {
            spins.blocked(System.nanoTime() - since);
        }
        return ready;
    }

    private long look(long wanted) {
        long ready = end.ready(wanted);
        if (ready >= wanted || ready == RingEnd.BROKEN) {
            return ready;
        }
        return end.isOver() || bell.isHungUp() ? end.last() : NOT_YET;
    }

    private long spin(long wanted, Spinner spins, long deadline) {
        long began = spins.begin(true, System.nanoTime());
        if (began == Spinner.NO_SPIN) {
            return look(wanted);
        }
        long looked = began;
        long ready;
        while ((ready = lookOften(wanted)) == NOT_YET) {
            long now = System.nanoTime();
            if (state.hasEnded() || spins.goOn(began, deadline, now) == Spinner.NO_SPIN) {
                return NOT_YET;
            }
            if (now - looked > LOOK_AT_SOCKET) {
                bell.look();
                looked = System.nanoTime();
            }
        }
        spins.found(began);
        return ready;
    }

    private long lookOften(long wanted) {
        for (int i = 0; i < LOOKS; i++) {
            long ready = end.ready(wanted);
            if (ready >= wanted || ready == RingEnd.BROKEN) {
                return ready;
            }
            Thread.onSpinWait();
        }
        return look(wanted);
    }

    private long sleep(long wanted, long deadline) {
        while (true) {
            int taken = bell.taken();
            boolean announced = end.announce();
            long ready = look(wanted);
            long woken = 1;
            if (ready == NOT_YET) {
                woken = announced ? bell.await(taken, deadline) : bell.pause(deadline);
            }
            end.sleeps(false);
            if (ready != NOT_YET || Errno.EINTR.is(woken)) {
                return ready != NOT_YET ? ready : woken;
            }
            // Bells that nobody asked for do not make it longer.
            if (Timeouts.left(deadline) <= 0) {
                ready = look(wanted);
                return ready != NOT_YET ? ready : -Errno.EAGAIN.number();
            }
        }
    }
}
