package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that come from a socket, as a stream. They are copied through native memory of the
 * stream's own, so a read brings 64 KiB at most.
 *
 * <p>Thread-safe: one thread reads at a time, the others wait for it.
 */
final class SocketInput extends InputStream {

    private final StreamSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final StreamBuffer buffer = new StreamBuffer();

    SocketInput(StreamSocket socket) {
        this.socket = socket;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            MemorySegment memory = buffer.forBytes(length);
            int count = (int) socket.read(memory, 0, Math.min(length, memory.byteSize()));
            if (count == 0) {
                return -1;
            }
            StreamBuffer.copy(memory, array, offset, count);
            return count;
        } catch (IOException e) {
            throw JavaErrors.of(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        try {
            return socket.available();
        } catch (IOException e) {
            throw JavaErrors.of(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
