package dev.unixsocket.ffi;

import java.io.IOException;

/**
 * Makes system calls on a thread of its own, so that the thread that serves makes those of the C
 * original and no others.
 */
final class OtherThread {

    private OtherThread() {}

    /** What is to be done there. */
    interface Work<T> {
        T call() throws IOException;
    }

    /** Does it and waits for it, also when this thread is interrupted. */
    static <T> T call(Work<T> work) throws IOException {
        Outcome<T> outcome = new Outcome<>(work);
        Thread thread = Thread.ofPlatform().name("socket-file").start(outcome);
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
        return outcome.get();
    }

    /** Written by that thread, read when it has ended. */
    private static final class Outcome<T> implements Runnable {

        private final Work<T> work;
        private T result;
        private Throwable failure;

        Outcome(Work<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                result = work.call();
            } catch (Throwable t) {
                failure = t;
            }
        }

        T get() throws IOException {
            if (failure == null) {
                return result;
            }
            switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(failure);
            }
        }
    }
}
