package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Another process holds the lock file, and so owns the socket beside it. */
public final class AlreadyRunningException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** The process that holds it, 0 where it is not known. */
    private final long pid;

    /**
     * Makes the exception.
     *
     * @param pid the process that runs, 0 where it is not known
     * @param file the file that says so
     */
    public AlreadyRunningException(long pid, Path file) {
        super(
                pid > 0
                        ? "already running (pid " + pid + "), says " + file
                        : "already running: " + file + " is locked by another process");
        this.pid = pid;
    }

    /**
     * The process that runs, 0 where it is not known.
     *
     * @return its PID, or 0
     */
    public long pid() {
        return pid;
    }
}
