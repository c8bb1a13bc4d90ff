package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;

/** The socket was closed by this process: before the call, or by another thread during it. */
public final class SocketClosedException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    SocketClosedException(String call, Address subject) {
        super(
                subject == null
                        ? call + ": the socket was never open"
                        : call + ": the socket was closed by this process: " + subject);
    }
}
