package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;

/** Another process is listening on the socket file. It, and its file, were left alone. */
public final class AlreadyListeningException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** The process that listens, 0 where it is not visible. */
    private final int pid;

    /**
     * Makes the exception.
     *
     * @param subject the path or name
     * @param pid the process that listens, 0 where it is not visible
     */
    public AlreadyListeningException(Object subject, int pid) {
        super("already listening on " + subject + (pid > 0 ? " (pid " + pid + ")" : ""));
        this.pid = pid;
    }

    /**
     * The process that listens, by the kernel's word; 0 where it is not visible.
     *
     * @return its PID, or 0
     */
    public int pid() {
        return pid;
    }
}
