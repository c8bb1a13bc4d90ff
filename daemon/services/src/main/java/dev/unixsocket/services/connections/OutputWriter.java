package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.StandardStream;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes to standard output or standard error on a thread of its own, through a queue with a limit,
 * so that a reader that is slow or stuck holds up nobody but whoever chooses to wait for it: {@link
 * #offer} never waits and counts what is dropped, {@link #write} waits for room, {@link #send}
 * never waits and says later what became of the bytes.
 *
 * <p>A write that fails loses what was in hand, and the next one is tried; once the reader has gone
 * ({@code EPIPE}), all is dropped. A line that was torn by a failure is ended before the next one.
 *
 * <p>Thread-safe. The threads start with the first bytes; they do not keep the process alive. A
 * shortage of memory ends neither.
 */
public final class OutputWriter {

    /** How long the bytes that wait may hold up the end once {@link #hurry} was called. */
    private static final Duration HURRY = Duration.ofSeconds(1);

    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** How long to wait for memory where there is none. */
    private static final long SHORTAGE_MILLIS = 10;

    private final StandardStream stream;
    private final Lock lock = new ReentrantLock();

    /** There is something to write. */
    private final Condition filled = lock.newCondition();

    /** Something was written, or nobody waits any longer. */
    private final Condition progress = lock.newCondition();

    /** A frame with a limit was added while there was none. */
    private final Condition limited = lock.newCondition();

    private final OutputFrames frames;
    private final WriteBuffer buffer = new WriteBuffer();

    private boolean writes;
    private boolean watches;
    private boolean watcherIdle;
    private long lost;
    private Optional<SyscallException> failure = Optional.empty();
    private boolean gone;
    private Runnable whenFailed = () -> {};
    private boolean hurried;

    /**
     * One that has written nothing.
     *
     * @param byteLimit how many bytes may wait, at least one frame
     */
    public OutputWriter(StandardStream stream, long byteLimit) {
        this.stream = stream;
        this.frames = new OutputFrames(byteLimit);
    }

    /**
     * Adds bytes if there is room, and never waits. Once the queue was full, it takes none until it
     * is half empty.
     *
     * @param frame must not be changed afterwards
     * @return whether they will be written
     */
    public boolean offer(byte[] frame) {
        lock.lock();
        try {
            startWriting();
            if (gone || !frames.takes(frame.length)) {
                lost++;
                return false;
            }
            add(new OutputFrames.Frame(frame));
            return true;
        } finally {
            lock.unlock();
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
        lock.lock();
        try {
            while (failure.isEmpty() && !hurried && !frames.takes(frame.length)) {
                progress.await();
            }
            if (failure.isPresent()) {
                throw new IOException(failure.get().getMessage(), failure.get());
            }
            offer(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to " + stream, e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds bytes if there is room, and never waits.
     *
     * @param frame must not be changed afterwards
     * @param limit how long they may wait until they are written
     * @param then is told once what became of them, on this thread before this returns where there
     *     is no room or the reader has gone, on another thread else; must not wait
     */
    public void send(byte[] frame, Duration limit, Consumer<Delivery> then) {
        Delivery refusal;
        lock.lock();
        try {
            startWriting();
            startWatching();
            if (!gone && frames.hasRoom(frame.length)) {
                add(new OutputFrames.Frame(frame, limit, then));
                if (watcherIdle) {
                    limited.signal();
                }
                return;
            }
            lost++;
            refusal = gone ? Delivery.GONE : Delivery.NO_ROOM;
        } finally {
            lock.unlock();
        }
        then.accept(refusal);
    }

    private void add(OutputFrames.Frame frame) {
        frames.add(frame);
        filled.signal();
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
        lock.lock();
        try {
            long all = frames.added();
            while (frames.finished() < all) {
                Duration most = hurried && HURRY.compareTo(limit) < 0 ? HURRY : limit;
                long left = most.toMillis() - (System.nanoTime() - begun) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                try {
                    progress.await(left, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The process is to end: from now on nobody waits for the reader for long. */
    public void hurry() {
        lock.lock();
        try {
            hurried = true;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets what waits and whom to tell; nothing is written any more but what the system is being
     * given, and nobody waits for that.
     */
    public void abandon() {
        lock.lock();
        try {
            gone = true;
            frames.abandon();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls back when a write has failed, and when the reader has gone, also while nothing is
     * written.
     *
     * @param action must bear being called twice; is called on another thread
     */
    public void onFailure(Runnable action) {
        lock.lock();
        try {
            whenFailed = action;
        } finally {
            lock.unlock();
        }
        onGone(action);
    }

    /** As {@link #onFailure}, only for a reader that has gone while nothing is written. */
    public void onGone(Runnable action) {
        daemon("reader", () -> awaitGone(action));
    }

    private void awaitGone(Runnable action) {
        while (!stream.awaitGone(-1)) {
            // a signal came
        }
        action.run();
    }

    /** Why something could not be written first; empty where all could, or the reader has gone. */
    public Optional<SyscallException> failure() {
        lock.lock();
        try {
            return failure.filter(e -> e.errno() != Errno.EPIPE);
        } finally {
            lock.unlock();
        }
    }

    /** How many frames found no room, or could not be written. */
    public long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    private void daemon(String name, Runnable action) {
        Thread.ofPlatform().name((stream + " " + name).strip()).daemon().start(action);
    }

    private void startWriting() {
        if (!writes) {
            daemon("", () -> repeat(this::writeSome));
            writes = true;
        }
    }

    private void startWatching() {
        if (!watches) {
            daemon("limit", () -> repeat(this::withdraw));
            watches = true;
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static void repeat(Step step) {
        try {
            while (true) {
                try {
                    step.run();
                } catch (OutOfMemoryError e) {
                    Thread.sleep(SHORTAGE_MILLIS); // what is not done yet is tried again
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    private void writeSome() throws InterruptedException {
        lock.lock();
        try {
            while (frames.isEmpty()) {
                filled.await();
            }
            frames.fill(buffer);
        } finally {
            lock.unlock();
        }
        try {
            wrote(buffer.writeTo(stream));
        } catch (SyscallException e) {
            fail(e);
        }
    }

    private void wrote(long count) {
        lock.lock();
        try {
            frames.wrote(count);
        } finally {
            lock.unlock();
        }
        finish(Delivery.WRITTEN);
    }

    private void fail(SyscallException e) {
        Runnable then;
        lock.lock();
        try {
            then = failure.isEmpty() ? whenFailed : () -> {};
            gone |= e.errno() == Errno.EPIPE;
            failure = failure.isEmpty() ? Optional.of(e) : failure;
            lost += frames.lose(gone);
        } finally {
            lock.unlock();
        }
        finish(gone ? Delivery.GONE : Delivery.FAILED);
        then.run();
    }

    /** Forgets the frames that are done, and tells their senders. */
    private void finish(Delivery delivery) {
        while (true) {
            Consumer<Delivery> then;
            lock.lock();
            try {
                if (!frames.hasDone()) {
                    progress.signalAll();
                    return;
                }
                then = frames.removeDone();
            } finally {
                lock.unlock();
            }
            tell(then, delivery);
        }
    }

    /** Nobody may wait for ever because there was no memory to be told. */
    private static void tell(Consumer<Delivery> then, Delivery delivery) {
        while (true) {
            try {
                then.accept(delivery);
                return;
            } catch (OutOfMemoryError e) {
                try {
                    Thread.sleep(SHORTAGE_MILLIS);
                } catch (InterruptedException nobodyDoesThat) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Waits for a frame whose time is over, and tells its sender. */
    private void withdraw() throws InterruptedException {
        Consumer<Delivery> then;
        lock.lock();
        try {
            long left;
            while ((left = frames.nanosLeft()) > 0) {
                watcherIdle = left == Long.MAX_VALUE;
                if (watcherIdle) {
                    limited.await();
                } else {
                    limited.awaitNanos(left);
                }
            }
            then = frames.withdrawLate();
            lost++;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        tell(then, Delivery.TOO_LATE);
    }
}
