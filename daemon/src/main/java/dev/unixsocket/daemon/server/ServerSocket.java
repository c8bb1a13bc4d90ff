package dev.unixsocket.daemon.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamListener;

import java.io.Closeable;
import java.io.IOException;

/**
 * A listener at any address: with the socket file that it owns, or on a loopback port.
 *
 * <p>Thread-safe.
 */
public final class ServerSocket implements Closeable {

    private static final int MODE = 0600;
    private static final int BACKLOG = 128;

    private final StreamListener listener;
    private final Closeable owner;

    private ServerSocket(StreamListener listener, Closeable owner) {
        this.listener = listener;
        this.owner = owner;
    }

    /**
     * Binds and listens; the socket file has the mode 0600.
     *
     * @throws IOException as {@link SocketFile#listen}
     */
    public static ServerSocket listen(Address address) throws IOException {
        return listen(address, MODE);
    }

    /**
     * Binds and listens.
     *
     * @param mode the permissions of the socket file, where there is one
     * @throws IOException as {@link SocketFile#listen}
     */
    public static ServerSocket listen(Address address, int mode) throws IOException {
        if (address instanceof Address.UnixPath file) {
            SocketFile socketFile = SocketFile.listen(file.path(), mode, BACKLOG);
            return new ServerSocket(socketFile.listener(), socketFile);
        }
        StreamListener listener = StreamListener.bind(address);
        try {
            listener.listen(BACKLOG);
            return new ServerSocket(listener, listener);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** The listener, which {@link #close} closes. */
    public StreamListener listener() {
        return listener;
    }

    /** Closes the listener, and removes the socket file if it is still this one's. */
    @Override
    public void close() throws IOException {
        owner.close();
    }
}
