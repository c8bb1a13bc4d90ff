package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Another process is listening on the socket file. It, and its file, were left alone. */
public final class AlreadyListeningException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** The process that listens, 0 where it is not visible. */
    private final int pid;

    AlreadyListeningException(Path path, int pid) {
        super("already listening on " + path + (pid > 0 ? " (pid " + pid + ")" : ""));
        this.pid = pid;
    }

    /** The process that listens, by the kernel's word; 0 where it is not visible. */
    public int pid() {
        return pid;
    }
}
