package dev.unixsocket.services.discovery;

import dev.unixsocket.services.wire.ThreadEnd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches a directory until it is closed. An event of the file system names a file, and only that
 * one is looked at; what is told comes from comparing it with what was known. The whole directory
 * is listed at the start, when events have overflowed, and once in the interval.
 *
 * <p>Thread-safe.
 */
final class DirectoryWatch implements SocketWatch {

    private final Path directory;
    private final WatchService events;
    private final KnownSockets known;
    private final Duration interval;
    private final Thread thread;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private WatchKey watched;
    private volatile IOException failure;

    private DirectoryWatch(Path directory, KnownSockets known, Duration interval)
            throws IOException {
        this.directory = directory;
        this.known = known;
        this.interval = interval;
        this.events = directory.getFileSystem().newWatchService();
        this.thread = Thread.ofPlatform().daemon().name("socket-watch").unstarted(this::run);
    }

    static DirectoryWatch start(Path directory, Consumer<SocketChange> listener, Duration interval)
            throws IOException {
        KnownSockets known = new KnownSockets(directory, listener, interval);
        DirectoryWatch watch = new DirectoryWatch(directory, known, interval);
        try {
            watch.watched = watch.register();
        } catch (IOException e) {
            watch.events.close();
            throw e;
        }
        watch.thread.start();
        return watch;
    }

    private WatchKey register() throws IOException {
        return directory.register(
                events,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE,
                StandardWatchEventKinds.ENTRY_MODIFY);
    }

    private void run() {
        try {
            known.lookAtAll();
            firstLook.countDown();
            long nextRound = System.nanoTime() + interval.toNanos();
            while (true) {
                long wait = Math.min(nextRound - System.nanoTime(), known.nanosUntilRetry());
                WatchKey changed = events.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS);
                boolean complete = changed == null || lookAtChanges(changed);
                known.retry();
                boolean round = System.nanoTime() - nextRound >= 0;
                if (round || !complete) {
                    lookAtAll();
                }
                if (round) {
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

    /** Looks at what events name, in their order: false if they do not name all that changed. */
    private boolean lookAtChanges(WatchKey changed) {
        List<WatchEvent<?>> taken = changed.pollEvents();
        boolean complete = changed.reset(); // before the looks: what comes now is another change
        for (WatchEvent<?> event : taken) {
            if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                complete = false;
            } else {
                Path path = directory.resolve((Path) event.context());
                if (event.kind() == StandardWatchEventKinds.ENTRY_DELETE) {
                    known.lookAtGone(path);
                } else {
                    known.lookAt(path);
                }
            }
        }
        return complete;
    }

    /** Lists the directory, which may be another one than before. */
    private void lookAtAll() throws IOException {
        WatchKey now = register(); // the same one, if the directory is
        if (now != watched) {
            watched.cancel();
            watched = now;
        }
        known.lookAtAll();
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
