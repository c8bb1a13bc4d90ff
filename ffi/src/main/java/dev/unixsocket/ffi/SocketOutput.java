package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that go to a socket, as a stream. They are copied, see {@link
 * StreamSocket#write(byte[], int, int)}. Nothing is kept back: {@link #flush} has nothing to do.
 *
 * <p>Thread-safe: what one call writes is not mixed with what another does.
 */
final class SocketOutput extends OutputStream {

    private final StreamSocket socket;
    private final ReentrantLock lock = new ReentrantLock();

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
            int done = 0;
            do { // again where the peer has left meanwhile, to say so
                done += socket.write(array, offset + done, length - done);
            } while (done < length);
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
