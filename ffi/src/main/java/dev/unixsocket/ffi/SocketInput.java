package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that come from a socket, as a stream. They are copied, see {@link
 * StreamSocket#read(byte[], int, int)}, so a read brings 64 KiB at most.
 *
 * <p>Thread-safe: one thread reads at a time, the others wait for it.
 */
final class SocketInput extends InputStream {

    private final StreamSocket socket;
    private final ReentrantLock lock = new ReentrantLock();

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
            int count = socket.read(array, offset, length);
            return count == 0 ? -1 : count;
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
