package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.AlreadyListeningException;
import dev.unixsocket.ffi.AlreadyRunningException;
import dev.unixsocket.ffi.Calls;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.FileAccess;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.RuntimeDirectory;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Undo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A listener and all that surrounds it: lock, socket file, PID file, metadata, service manager.
 * Closing undoes what opening did, in the opposite order, and touches nothing that is somebody
 * else's by then.
 *
 * <p>{@link #serve} and {@link #close} belong to one thread; the others may be called from any.
 */
public final class Listener implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Undo undo = new Undo();
    private final ListenerSpec spec;
    private StreamListener socket;
    private boolean passed;
    private Optional<SocketFile> file = Optional.empty();

    private Listener(ListenerSpec spec) {
        this.spec = spec;
    }

    /**
     * Takes the listener that the service manager passed, if it did; otherwise binds to the address
     * of the specification, after making the directory and taking the lock.
     *
     * @throws AlreadyRunningException if another process holds the lock, or the PID file names one
     * @throws AlreadyListeningException if another process listens there without a lock
     * @throws IOException if it cannot be done; all that was begun is undone, but for the directory
     */
    public static Listener open(ListenerSpec spec) throws IOException {
        Listener listener = new Listener(spec);
        try {
            listener.open();
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.undo.closeAfter(e);
            throw e;
        }
    }

    private void open() throws IOException {
        Optional<StreamListener> given = spec.manager().listener();
        passed = given.isPresent();
        if (passed) {
            owns(given.get());
        } else if (spec.address() instanceof Address.UnixPath path) {
            guard(path.path());
        }
        if (spec.pidFile().isPresent()) {
            PidFile.requireReplaceable(spec.pidFile().get());
        }
        if (!passed) {
            bind();
        }
        if (spec.pidFile().isPresent()) { // not before: another process may have the socket
            undo.push(PidFile.write(spec.pidFile().get()));
        }
        if (spec.metadata().isPresent() && address() instanceof Address.UnixPath path) {
            undo.push(Sidecar.write(path.path(), spec.metadata().get()));
        }
    }

    private void owns(StreamListener mine) {
        socket = undo.push(mine);
    }

    /** What must be done before anything at that path is touched. */
    private void guard(Path path) throws IOException {
        if (spec.directory().isPresent()) {
            prepare(path.getParent(), spec.directory().get());
        }
        if (spec.calls() == Calls.SAFE) {
            RuntimeDirectory.requireTrustworthy(path.toAbsolutePath().getParent());
            SocketFile.requireReplaceable(path); // or the lock would leave its file for nothing
        }
        if (spec.metadata().isPresent()) {
            Sidecar.requireReplaceable(path);
        }
        if (spec.locking() == ListenerSpec.Locking.LOCK_FILE) {
            undo.push(LockFile.take(LockFile.of(path)));
        }
    }

    private void prepare(Path directory, FileAccess access) throws IOException {
        switch (spec.calls()) {
            case PLAIN -> SocketFile.prepareDirectory(directory, access.mode());
            case SAFE -> SocketFile.prepareDirectory(directory, access);
        }
    }

    private void bind() throws IOException {
        if (spec.address() instanceof Address.UnixPath path) {
            SocketFile mine = undo.push(file(path.path()));
            socket = mine.listener();
            file = Optional.of(mine);
        } else if (spec.address() instanceof Address.AbstractName name) {
            owns(bindName(name, spec.backlog()));
        } else if (spec.address() instanceof Address.Loopback port) {
            owns(StreamListener.bind(port).listen(spec.backlog()));
        } else {
            throw new IllegalArgumentException("a listener needs an address: " + spec.address());
        }
    }

    private SocketFile file(Path path) throws IOException {
        return switch (spec.calls()) {
            case PLAIN -> SocketFile.listen(path, spec.access().mode(), spec.backlog());
            case SAFE -> SocketFile.create(path, spec.access(), spec.backlog());
        };
    }

    private static StreamListener bindName(Address.AbstractName name, int backlog)
            throws IOException {
        StreamListener listener;
        try {
            listener = StreamListener.bind(name);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            try (StreamSocket other = StreamSocket.connect(name, PATIENCE)) {
                throw new AlreadyListeningException(name, other.peerCredentials().pid());
            }
        }
        try {
            return listener.listen(backlog);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /** Where connections come to. */
    public StreamListener socket() {
        return socket;
    }

    /** Its address, which is the service manager's choice if that made it. */
    public Address address() {
        return socket.address();
    }

    /** Who may connect. */
    public AccessPolicy policy() {
        return spec.policy();
    }

    /** Whether the service manager passed it, and will pass it to the next process. */
    public boolean isPassed() {
        return passed;
    }

    /**
     * Tells the service manager that connections are served, and runs the service; SIGTERM, SIGINT
     * and SIGHUP tell it that the end has begun, and stop the service.
     *
     * @param signals installed before anything was opened
     * @param run returns some time after {@code stop}
     * @param stop must bear being called more than once, from any thread
     */
    public void serve(StopSignals signals, Runnable run, Runnable stop) {
        signals.onStop(
                () -> {
                    spec.manager().stopping();
                    stop.run();
                });
        spec.manager().ready();
        run.run();
    }

    /**
     * Removes the socket file, if this process made one and it is still its own. Nobody finds it
     * any more; whoever has connected already can still be accepted.
     */
    public void unlink() throws IOException {
        if (file.isPresent()) {
            file.get().unlinkIfOwned();
        }
    }

    /** Undoes everything, also what comes after something that cannot be undone. */
    @Override
    public void close() throws IOException {
        undo.close();
    }
}
