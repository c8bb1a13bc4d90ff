package dev.unixsocket.ffi;

/**
 * How a listener waits for connections, such that its owner can wake whoever waits.
 *
 * <p>Thread-safe.
 */
sealed interface AcceptWait permits AcceptWait.Own, SharedAccept {

    /** accept(2): the descriptor of a connection, or {@code -errno}. */
    int accept(int fd);

    /** Wakes everyone in {@link #accept}, now and from now on; {@code fd} stays open. */
    void wake(int fd);

    /** Gives back what waiting took; nobody waits any more. */
    void close();

    /** A listener of this process alone: waking shuts it down. */
    final class Own implements AcceptWait {

        static final Own INSTANCE = new Own();

        private Own() {}

        @Override
        public int accept(int fd) {
            return Syscalls.accept(fd);
        }

        @Override
        public void wake(int fd) {
            Platform.CURRENT.wakeAccept(fd);
        }

        @Override
        public void close() {}
    }
}
