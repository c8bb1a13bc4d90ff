package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;

/** Waiting for a thread, whatever comes. */
class ThreadEndTest {

    @Test
    void anInterruptIsKeptForLater() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread awaited = Thread.ofPlatform().start(() -> awaitQuietly(end));
        boolean[] interrupted = new boolean[1];
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    ThreadEnd.await(awaited);
                                    interrupted[0] = Thread.currentThread().isInterrupted();
                                });
        waiter.interrupt();
        end.countDown();
        waiter.join();
        assertFalse(awaited.isAlive());
        assertTrue(interrupted[0]);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
