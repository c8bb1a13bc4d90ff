package dev.unixsocket.testing;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Sockets of a folder, in every state that a process can leave them in; closed after each test. */
public final class TestSockets implements AfterEachCallback {

    private final Supplier<Path> folder;
    private final List<StreamListener> open = new ArrayList<>();
    private final List<StreamSocket> connections = new ArrayList<>();

    /** {@code folder} is asked for when a socket is made: JUnit injects it before that. */
    public TestSockets(Supplier<Path> folder) {
        this.folder = folder;
    }

    public Path listening(String name) throws IOException {
        return bind(name, 100);
    }

    /** Its backlog of one is taken, so that the next connection would wait. */
    public Path full(String name) throws IOException {
        Path path = bind(name, 0);
        connections.add(StreamSocket.connect(Address.path(path), Duration.ZERO));
        return path;
    }

    /** Bound, and not listening. */
    public Path bound(String name) throws IOException {
        Path path = folder.get().resolve(name);
        open.add(StreamListener.bind(Address.path(path)));
        return path;
    }

    public Path stale(String name) throws IOException {
        Path path = bound(name);
        open.removeLast().close();
        return path;
    }

    private Path bind(String name, int backlog) throws IOException {
        Path path = bound(name);
        open.getLast().listen(backlog);
        return path;
    }

    /** The listener dies, its file stays. */
    public void die(Path path) {
        Address address = Address.path(path);
        List<StreamListener> dying =
                open.stream().filter(listener -> listener.address().equals(address)).toList();
        dying.forEach(StreamListener::close);
        open.removeAll(dying);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        connections.forEach(StreamSocket::close);
        open.forEach(StreamListener::close);
    }
}
