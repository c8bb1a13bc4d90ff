package dev.unixsocket.ffi;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.Objects;

/** Another process holds the lock file, and so owns the socket beside it. */
public final class AlreadyRunningException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** The process that holds it, 0 where it is not known. */
    private final long pid;

    private AlreadyRunningException(long pid, String message) {
        super(message);
        this.pid = pid;
    }

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
     * The same, of a process whose socket file is gone: nobody finds it.
     *
     * @param socket the path of the file
     * @return an exception that says so
     */
    public AlreadyRunningException withoutSocket(Path socket) {
        Objects.requireNonNull(socket, "socket");
        String cure = pid > 0 ? ": kill -USR1 " + pid + " makes it anew" : "";
        return new AlreadyRunningException(
                pid, getMessage() + "; its socket file " + socket + " is gone" + cure);
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
