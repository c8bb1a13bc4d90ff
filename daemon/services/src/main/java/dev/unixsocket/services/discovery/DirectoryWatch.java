package dev.unixsocket.services.discovery;

import dev.unixsocket.services.wire.ThreadEnd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches a directory until it is closed. An event of the file system is only a reason to look:
 * what is told comes from comparing the directory with what was known, so that events which
 * overflow or come late lose nothing.
 *
 * <p>Thread-safe.
 */
final class DirectoryWatch implements SocketWatch {

    /** First look at a socket that is not ready yet; each next one waits twice as long. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(5);

    private final WatchService events;
    private final KnownSockets known;
    private final Duration interval;
    private final Thread thread;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private volatile IOException failure;

    private DirectoryWatch(Path directory, KnownSockets known, Duration interval)
            throws IOException {
        this.known = known;
        this.interval = interval;
        this.events = directory.getFileSystem().newWatchService();
        this.thread = Thread.ofPlatform().daemon().name("socket-watch").unstarted(this::run);
    }

    static DirectoryWatch start(Path directory, Consumer<SocketChange> listener, Duration interval)
            throws IOException {
        DirectoryWatch watch =
                new DirectoryWatch(directory, new KnownSockets(directory, listener), interval);
        try {
            directory.register(
                    watch.events,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException e) {
            watch.events.close();
            throw e;
        }
        watch.thread.start();
        return watch;
    }

    private void run() {
        Duration retry = FIRST_RETRY;
        long nextRound = System.nanoTime() + interval.toNanos();
        try {
            known.look();
            firstLook.countDown();
            while (true) {
                long untilRound = nextRound - System.nanoTime();
                boolean pending = known.somePending() && retry.compareTo(interval) < 0;
                long wait = pending ? Math.min(untilRound, retry.toNanos()) : untilRound;
                if (drain(events.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS))) {
                    retry = FIRST_RETRY;
                } else {
                    retry = retry.multipliedBy(2);
                }
                known.look();
                if (System.nanoTime() >= nextRound) {
                    known.checkAlive();
                    nextRound = System.nanoTime() + interval.toNanos();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            return;
        } catch (UncheckedIOException e) {
            failure = e.getCause(); // of the listener, which does not want to be called again
        } catch (IOException e) {
            failure = e;
            known.forgetAll();
        } finally {
            firstLook.countDown();
        }
    }

    /** Takes the events that are there; their content does not matter, overflow or not. */
    private boolean drain(WatchKey first) {
        boolean any = false;
        for (WatchKey key = first; key != null; key = events.poll()) {
            any = true;
            key.pollEvents();
            key.reset(); // one that is not valid any more: the next look says why
        }
        return any;
    }

    @Override
    public boolean awaitFirst(Duration limit) throws InterruptedException {
        return firstLook.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Optional<IOException> await() throws InterruptedException {
        thread.join();
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() throws IOException {
        events.close();
        if (Thread.currentThread() != thread) {
            ThreadEnd.await(thread);
        }
    }
}
