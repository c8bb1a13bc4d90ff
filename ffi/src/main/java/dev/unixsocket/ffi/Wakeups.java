package dev.unixsocket.ffi;

import java.io.IOException;

/**
 * The poller of this process that wakes parked threads. One daemon thread waits for all sockets
 * that somebody has parked on; it is started when the first does.
 *
 * <p>Thread-safe. A socket may be told of an event that was its predecessor's of the same number:
 * then a thread that it wakes finds nothing and parks again.
 */
abstract sealed class Wakeups permits EpollWakeups, PollWakeups {

    private static final long STACK_BYTES = 256 * 1024;

    /** Whether one registration serves for all waits, or each wait takes one. */
    static final boolean REGISTERS_ONCE = Platform.CURRENT instanceof LinuxPlatform;

    private static volatile Wakeups current;

    /**
     * Watches a descriptor until {@link #unwatch}, or changes what for.
     *
     * @param again whether it is watched already
     * @param forOutput whether for output too
     * @return 0 or {@code -errno}
     */
    static int watch(SocketState socket, int fd, boolean again, boolean forOutput) {
        Wakeups wakeups = current;
        if (wakeups == null) {
            try {
                wakeups = start();
            } catch (SyscallException e) {
                return -e.errno().number();
            }
        }
        return again ? wakeups.change(socket, fd, forOutput) : wakeups.add(socket, fd, forOutput);
    }

    /** Ends it; to be called before the descriptor is closed. */
    static void unwatch(int fd) {
        current.remove(fd);
    }

    private static synchronized Wakeups start() throws SyscallException {
        if (current == null) {
            Wakeups wakeups = Platform.CURRENT.openWakeups();
            Thread.Builder.OfPlatform builder =
                    Thread.ofPlatform().daemon().name("unixsocket-poller").stackSize(STACK_BYTES);
            builder.start(wakeups::run);
            current = wakeups;
        }
        return current;
    }

    /** Ends with the process only: whoever is parked depends on it. */
    private void run() {
        while (true) {
            try {
                dispatch();
            } catch (IOException | OutOfMemoryError e) {
                Thread.yield();
            }
        }
    }

    abstract int add(SocketState socket, int fd, boolean forOutput);

    abstract int change(SocketState socket, int fd, boolean forOutput);

    abstract void remove(int fd);

    /** Waits for events and hands them out. */
    abstract void dispatch() throws IOException;
}
