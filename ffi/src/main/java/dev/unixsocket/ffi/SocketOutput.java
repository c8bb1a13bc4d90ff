package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that go to a socket, as a stream. They are copied through native memory of the stream's
 * own, 64 KiB at a time. Nothing is kept back: {@link #flush} has nothing to do.
 *
 * <p>Thread-safe: what one call writes is not mixed with what another does.
 */
final class SocketOutput extends OutputStream {

    private final StreamSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final StreamBuffer buffer = new StreamBuffer();

    SocketOutput(StreamSocket socket) {
        this.socket = socket;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        lock.lock();
        try {
            for (int done = 0; done < length; ) {
                MemorySegment memory = buffer.forBytes(length - done);
                int count = (int) Math.min(length - done, memory.byteSize());
                StreamBuffer.copy(array, offset + done, memory, count);
                long taken = socket.write(memory, 0, count);
                if (taken < count) { // a send timeout, which this stream does not set
                    throw new IOException("write: only " + (done + taken) + " bytes were taken");
                }
                done += count;
            }
        } catch (IOException e) {
            throw JavaErrors.of(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
