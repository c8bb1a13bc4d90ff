package dev.unixsocket.daemon.observatory;

import dev.unixsocket.daemon.server.ListenerPlan.Locking;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamListener;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A socket file, and the lock that says whose it is.
 *
 * @param lock held for as long as the file is there
 * @param file the socket file and its listener
 */
record OwnedSocket(Optional<LockFile> lock, SocketFile file) implements Closeable {

    /**
     * Takes the lock, then makes the file.
     *
     * @throws dev.unixsocket.ffi.AlreadyRunningException if another process holds the lock
     * @throws dev.unixsocket.ffi.AlreadyListeningException if another process listens without one
     */
    static OwnedSocket open(Path path, int mode, Locking locking) throws IOException {
        Optional<LockFile> lock =
                locking == Locking.LOCK_FILE
                        ? Optional.of(LockFile.take(LockFile.of(path)))
                        : Optional.empty();
        try {
            SocketFile file = SocketFile.create(path, FileAccess.of(mode), Limits.BACKLOG);
            return new OwnedSocket(lock, file);
        } catch (IOException | RuntimeException e) {
            lock.ifPresent(LockFile::close);
            throw e;
        }
    }

    StreamListener listener() {
        return file.listener();
    }

    /** Unlinks the file if it is still this one; connections that are there go on. */
    void unlink() throws IOException {
        file.unlinkIfOwned();
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            lock.ifPresent(LockFile::close);
        }
    }
}
