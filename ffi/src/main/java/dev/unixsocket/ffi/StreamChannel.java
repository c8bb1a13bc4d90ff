package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.InterruptibleChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link StreamSocket} in the shape of the channels of {@code java.nio.channels}, for code that
 * takes one of these interfaces. {@link StreamSocket#channel} makes it.
 *
 * <p>It blocks: calls wait as the socket waits, up to its timeouts, and a virtual thread leaves its
 * carrier meanwhile. Direct buffers are handed to the kernel as they are; bytes of others are
 * copied, see {@link StreamSocket#read(byte[], int, int)}.
 *
 * <p>It is no {@code SelectableChannel}, and there is no {@code SelectorProvider}: a selector works
 * with the channels of its own provider only, and these with descriptors of the JDK's own. One
 * thread for many sockets is {@link Poller}'s; a thread for each is what virtual threads are for.
 *
 * <p>Thread-safe. One thread reads and one writes at a time, others wait for them. {@link #close}
 * by another thread, and {@link Thread#interrupt} where the call is parked, end a call and close
 * the socket.
 */
public final class StreamChannel
        implements ByteChannel, ScatteringByteChannel, GatheringByteChannel, InterruptibleChannel {

    private final StreamSocket socket;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    StreamChannel(StreamSocket socket) {
        this.socket = socket;
    }

    /**
     * The socket that it is a view of.
     *
     * @return the same one each time
     */
    public StreamSocket socket() {
        return socket;
    }

    /**
     * Reads what is there, waiting for the first byte.
     *
     * @return how many bytes came; 0 if the buffer has no room; -1 at the end of the stream
     * @throws ClosedChannelException if the socket is closed
     * @throws AsynchronousCloseException if this process closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted while it is
     *     parked
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the
     *     receive timeout ran out
     * @throws IllegalArgumentException if the buffer is read-only
     */
    @Override
    public int read(ByteBuffer buffer) throws IOException {
        Objects.requireNonNull(buffer, "buffer");
        return (int) call(reading, () -> orEnd(buffer.hasRemaining(), socket.read(buffer)));
    }

    /** As {@link #read(ByteBuffer)}, into each buffer in turn. */
    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        return call(
                reading,
                () -> {
                    boolean room = hasRemaining(buffers, offset, length);
                    return orEnd(room, socket.read(buffers, offset, length));
                });
    }

    /** As {@link #read(ByteBuffer[], int, int)}, with all of them. */
    @Override
    public long read(ByteBuffer[] buffers) throws IOException {
        return read(buffers, 0, Objects.requireNonNull(buffers, "buffers").length);
    }

    private static boolean hasRemaining(ByteBuffer[] buffers, int offset, int length) {
        Objects.requireNonNull(buffers, "buffers");
        Objects.checkFromIndexSize(offset, length, buffers.length);
        for (int i = offset; i < offset + length; i++) {
            if (Objects.requireNonNull(buffers[i], "buffer").hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private static long orEnd(boolean hadRoom, long count) {
        return hadRoom && count == 0 ? -1 : count;
    }

    /**
     * Writes all that remains in the buffer, waiting while the peer's buffer is full.
     *
     * @return how many bytes were taken: all, unless the send timeout ran out, or the peer went
     *     away, when some were
     * @throws ClosedChannelException if the socket is closed
     * @throws AsynchronousCloseException if this process closes it meanwhile
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted while it is
     *     parked
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the send
     *     timeout ran out and nothing was taken
     */
    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return (int) call(writing, () -> socket.write(buffer));
    }

    /** As {@link #write(ByteBuffer)}, from each buffer in turn. */
    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        return call(writing, () -> socket.write(buffers, offset, length));
    }

    /** As {@link #write(ByteBuffer[], int, int)}, with all of them. */
    @Override
    public long write(ByteBuffer[] buffers) throws IOException {
        return write(buffers, 0, Objects.requireNonNull(buffers, "buffers").length);
    }

    private interface Transfer {
        long make() throws IOException;
    }

    private long call(ReentrantLock lock, Transfer transfer) throws IOException {
        lock.lock();
        try {
            requireOpen();
            return transfer.make();
        } catch (SocketClosedException e) {
            throw initialized(new AsynchronousCloseException(), e);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!socket.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private static <E extends IOException> E initialized(E exception, IOException cause) {
        exception.initCause(cause);
        return exception;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Closes the socket. */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return "StreamChannel[" + socket.address() + "]";
    }
}
