package dev.unixsocket.ffi;

/**
 * A memory barrier that one process makes for others as well: membarrier(2). Whoever is about to
 * sleep, which is rare, makes it, so that whoever would have to look whether somebody sleeps after
 * each message needs no barrier of its own.
 *
 * <p>Thread-safe.
 */
final class BarrierForAll {

    /** Asked once, when the first rings are made. */
    private static final class Registered {
        static final boolean HERE =
                Platform.CURRENT.registerForBarriers() == 0
                        && Platform.CURRENT.barrierForAll() == 0;
    }

    private BarrierForAll() {}

    /**
     * Whether the threads of this process take part in barriers of others, and it can make them: on
     * Linux since 4.16, unless a filter of system calls forbids it.
     */
    static boolean isRegistered() {
        return Registered.HERE;
    }

    /**
     * Makes one: what each running thread of each registered process has stored before is seen by
     * what the calling thread loads afterwards, and the other way round.
     *
     * @return false if the kernel had no memory for it
     */
    static boolean make() {
        return Platform.CURRENT.barrierForAll() == 0;
    }
}
