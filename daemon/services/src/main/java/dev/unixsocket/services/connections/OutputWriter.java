package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StandardStream;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.GrowingBuffer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Writes to standard output or standard error on a thread of its own, through a queue with a limit,
 * so that a reader that is slow or stuck holds up nobody but whoever chooses to wait for it: {@link
 * #offer} never waits and counts what is dropped, {@link #write} waits for room.
 *
 * <p>A write that fails loses what was in hand, and the next one is tried; once the reader has gone
 * ({@code EPIPE}), all is dropped. A line that was torn by a failure is ended before the next one.
 *
 * <p>Thread-safe. The thread starts with the first bytes; it does not keep the process alive.
 */
public final class OutputWriter {

    /** How long the bytes that wait may hold up the end once {@link #hurry} was called. */
    private static final Duration HURRY = Duration.ofSeconds(1);

    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final StandardStream stream;
    private final OutboundQueue queue;
    private final GrowingBuffer buffer = new GrowingBuffer(8 * 1024);
    private final Object progress = new Object();

    private boolean started;
    private long accepted;
    private long finished;
    private long lost;
    private boolean torn;
    private Optional<SyscallException> failure = Optional.empty();
    private boolean gone;
    private Runnable whenFailed = () -> {};
    private volatile boolean hurried;

    /**
     * One that has written nothing.
     *
     * @param byteLimit how many bytes may wait, at least one frame
     */
    public OutputWriter(StandardStream stream, long byteLimit) {
        this.stream = stream;
        this.queue = OutboundQueue.droppingUntilHalfEmpty(byteLimit);
    }

    /**
     * Adds bytes if there is room, and never waits. Once the queue was full, it takes none until it
     * is half empty.
     *
     * @param frame must not be changed afterwards
     * @return whether they will be written
     */
    public boolean offer(byte[] frame) {
        synchronized (progress) {
            start();
            if (gone || queue.offer(frame) != OutboundQueue.Outcome.QUEUED) {
                lost++;
                return false;
            }
            accepted++;
            return true;
        }
    }

    /**
     * Adds bytes, waiting for room; after {@link #hurry} it waits no longer and drops what has
     * none.
     *
     * @param frame must not be changed afterwards
     * @throws IOException if an earlier write has failed: the reader has gone, or the device is
     *     full
     */
    public void write(byte[] frame) throws IOException {
        synchronized (progress) {
            while (failure.isEmpty() && !hurried && !queue.hasRoom(frame.length)) {
                try {
                    progress.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while writing to " + stream, e);
                }
            }
            if (failure.isPresent()) {
                throw new IOException(failure.get().getMessage(), failure.get());
            }
            offer(frame);
        }
    }

    /**
     * Waits until all that was added so far is written, or lost; after {@link #hurry} for a second
     * at most.
     *
     * @return whether nothing waits any more
     */
    public boolean flush() {
        return flush(FOREVER);
    }

    /** As {@link #flush()}, for no longer than that. */
    public boolean flush(Duration limit) {
        boolean interrupted = false;
        long begun = System.nanoTime();
        try {
            synchronized (progress) {
                long all = accepted;
                while (finished < all) {
                    Duration most = hurried && HURRY.compareTo(limit) < 0 ? HURRY : limit;
                    long left = most.toMillis() - (System.nanoTime() - begun) / 1_000_000;
                    if (left <= 0) {
                        return false;
                    }
                    try {
                        TimeUnit.MILLISECONDS.timedWait(progress, left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return true;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The process is to end: from now on nobody waits for the reader for long. */
    public void hurry() {
        synchronized (progress) {
            hurried = true;
            progress.notifyAll();
        }
    }

    /**
     * Calls back when a write has failed, and when the reader has gone, also while nothing is
     * written.
     *
     * @param action must bear being called twice; is called on another thread
     */
    public void onFailure(Runnable action) {
        synchronized (progress) {
            whenFailed = action;
        }
        Thread.ofPlatform().name(stream + " reader").daemon().start(() -> awaitGone(action));
    }

    private void awaitGone(Runnable action) {
        while (!stream.awaitGone(-1)) {
            // a signal came
        }
        action.run();
    }

    /** Why something could not be written first; empty where all could, or the reader has gone. */
    public Optional<SyscallException> failure() {
        synchronized (progress) {
            return failure.filter(e -> e.errno() != Errno.EPIPE);
        }
    }

    /** How many frames found no room, or could not be written. */
    public long lost() {
        synchronized (progress) {
            return lost;
        }
    }

    private void start() {
        if (!started) {
            started = true;
            Thread.ofPlatform().name(stream.toString()).daemon().start(this::drain);
        }
    }

    private void drain() {
        List<byte[]> batch = new ArrayList<>();
        try {
            while (queue.take(batch)) {
                Optional<SyscallException> failed = tryToWrite(batch);
                Runnable then;
                synchronized (progress) {
                    then = failed.isPresent() && failure.isEmpty() ? whenFailed : () -> {};
                    finished += batch.size();
                    failed.ifPresent(e -> fail(e, batch.size()));
                    progress.notifyAll();
                }
                then.run();
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    private void fail(SyscallException e, int frames) {
        lost += frames;
        if (failure.isEmpty()) {
            failure = Optional.of(e);
        }
        if (e.errno() == Errno.EPIPE) {
            gone = true;
            lost += queue.size();
            finished = accepted;
            queue.forget();
        }
    }

    private Optional<SyscallException> tryToWrite(List<byte[]> batch) {
        try {
            write(batch);
            return Optional.empty();
        } catch (SyscallException e) {
            return Optional.of(e);
        }
    }

    /** All of a batch goes out in one write(2), unless it is large. */
    private void write(List<byte[]> batch) throws SyscallException {
        long length = torn ? 1 : 0;
        for (byte[] frame : batch) {
            length += frame.length;
        }
        MemorySegment bytes = buffer.grow(length);
        bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) '\n');
        long end = torn ? 1 : 0;
        for (byte[] frame : batch) {
            MemorySegment.copy(frame, 0, bytes, ValueLayout.JAVA_BYTE, end, frame.length);
            end += frame.length;
        }
        for (long done = 0; done < length; ) {
            done += stream.write(bytes, done, length - done);
            torn = bytes.get(ValueLayout.JAVA_BYTE, done - 1) != '\n';
        }
        torn = false; // a text may end without a line feed, and go on in the next batch
    }
}
