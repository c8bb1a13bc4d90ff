package dev.unixsocket.services.wire;

/** The end of a thread that is sure to end soon. Stateless, thread-safe. */
public final class ThreadEnd {

    private ThreadEnd() {}

    /**
     * Waits until the thread has ended, also when this one is interrupted, which it is again
     * afterwards.
     */
    public static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
