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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The socket of a {@link Listener}: the one that the service manager passed, or one that is bound
 * here, with its directory, its lock and its file.
 *
 * <p>Confined to one thread at a time, but for {@link #socket} and {@link #isPassed}.
 */
final class Binding {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ListenerSpec spec;
    private final Undo undo;
    private volatile StreamListener socket;
    private volatile boolean passed;
    private Optional<SocketFile> file = Optional.empty();

    /** Those whose file was gone, until {@link #closeFormer}. */
    private final List<SocketFile> former = new ArrayList<>();

    private Optional<LockFile> lock = Optional.empty();

    /**
     * One that is not bound.
     *
     * @param undo what undoes what is done here
     */
    Binding(ListenerSpec spec, Undo undo) {
        this.spec = spec;
        this.undo = undo;
    }

    /** Where connections come to. */
    StreamListener socket() {
        return socket;
    }

    /** Whether the service manager passed it. */
    boolean isPassed() {
        return passed;
    }

    /** Takes the socket that was passed, or does what must be done before a file is touched. */
    void guard() throws IOException {
        Optional<StreamListener> given = spec.manager().listener();
        passed = given.isPresent();
        if (passed) {
            owns(given.get());
        } else if (spec.address() instanceof Address.UnixPath path) {
            guard(path.path());
        }
    }

    /** Binds, where no socket was passed. */
    void bind() throws IOException {
        if (passed) {
            return;
        }
        if (spec.address() instanceof Address.UnixPath path) {
            take(file(path.path()));
        } else if (spec.address() instanceof Address.AbstractName name) {
            owns(bindName(name, spec.backlog()));
        } else if (spec.address() instanceof Address.Loopback port) {
            owns(StreamListener.bind(port).listen(spec.backlog()));
        } else {
            throw new IllegalArgumentException("a listener needs an address: " + spec.address());
        }
    }

    private void take(SocketFile mine) {
        undo.push(mine);
        socket = mine.listener();
        file = Optional.of(mine);
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

    private void owns(StreamListener mine) {
        socket = undo.push(mine);
    }

    private void guard(Path path) throws IOException {
        prepareDirectory(path);
        if (spec.calls() == Calls.SAFE) {
            SocketFile.requireReplaceable(path); // or the lock would leave its file for nothing
        }
        if (spec.metadata().isPresent()) {
            Sidecar.requireReplaceable(path);
        }
        if (spec.locking() == ListenerSpec.Locking.LOCK_FILE) {
            orSocketIsGone(() -> takeLock(path));
        }
    }

    private void takeLock(Path path) throws IOException {
        lock = Optional.of(undo.push(LockFile.take(LockFile.of(path))));
    }

    /** Something that may fail since another process runs. */
    interface Step {
        void run() throws IOException;
    }

    /** Says of a process that runs, if it is so, that nobody can find it. */
    void orSocketIsGone(Step step) throws IOException {
        try {
            step.run();
        } catch (AlreadyRunningException e) {
            if (spec.address() instanceof Address.UnixPath path && isGone(path)) {
                throw e.withoutSocket(path.path());
            }
            throw e;
        }
    }

    /** Whether that is the path of a file which is not there. */
    static boolean isGone(Address address) {
        return address instanceof Address.UnixPath path
                && Files.notExists(path.path(), LinkOption.NOFOLLOW_LINKS);
    }

    private void prepareDirectory(Path path) throws IOException {
        if (spec.directory().isPresent()) {
            prepare(path.getParent(), spec.directory().get());
        }
        if (spec.calls() == Calls.SAFE) {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) { // "/" has none, and is refused because it is no socket
                RuntimeDirectory.requireTrustworthy(directory);
            }
        }
    }

    private void prepare(Path directory, FileAccess access) throws IOException {
        switch (spec.calls()) {
            case PLAIN -> SocketFile.prepareDirectory(directory, access.mode());
            case SAFE -> SocketFile.prepareDirectory(directory, access);
        }
    }

    /**
     * Makes anew the lock file, and the socket file on a new socket, where they are gone.
     *
     * @param made gets what was made
     * @throws AlreadyRunningException if another process has the lock by now
     * @throws IOException if another file has the name of the socket by now, or a call fails
     */
    void renew(List<Path> made) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        Path path = file.get().path();
        prepareDirectory(path);
        if (lock.isPresent() && !lock.get().isInPlace()) {
            LockFile old = lock.get();
            takeLock(path);
            undo.closeNow(old);
            made.add(lock.get().path());
        }
        if (!file.get().isInPlace()) {
            StreamListener old = socket;
            former.add(file.get());
            take(SocketFile.create(path, spec.access(), spec.backlog()));
            socket.waiting(old.waiting());
            made.add(path);
        }
    }

    /** Closes the sockets whose place another one has taken. */
    void closeFormer() throws IOException {
        for (SocketFile old : former) {
            undo.closeNow(old);
        }
        former.clear();
    }

    /** Removes the socket file, if it is still this process's. */
    void unlink() throws IOException {
        if (file.isPresent()) {
            file.get().unlinkIfOwned();
        }
    }
}
