package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * A library whose calls wait: the same sessions and services for each of them.
 *
 * @param library makes the connections
 * @param threads makes the threads that wait, one for each connection
 */
record BlockingTransport(SocketLibrary library, ThreadFactory threads) implements Transport {

    private static final int BACKLOG = 128;
    private static final int WEVE_BACKLOG = 5;
    private static final ThreadFactory PLATFORM =
            Thread.ofPlatform().daemon().name("accept").factory();

    /** On platform threads. */
    BlockingTransport(SocketLibrary library) {
        this(library, PLATFORM);
    }

    /** On virtual threads, the client's exchanges too. */
    static Transport onVirtualThreads(SocketLibrary library) {
        return new OnVirtualThread(
                new BlockingTransport(library, Thread.ofVirtual().name("accept").factory()));
    }

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        return switch (service) {
            case "echo" -> echo(endpoint, Task.LARGEST_PAYLOAD, pause);
            case "many" -> echo(endpoint, Hello.SMALL_BUFFER, pause);
            case "weve" -> new WeveServer(library, library.listen(endpoint, WEVE_BACKLOG));
            default -> throw new IllegalArgumentException("no such service: " + service);
        };
    }

    private Server echo(Endpoint endpoint, int bufferBytes, Pause pause) throws IOException {
        return new EchoServer(
                library, library.listen(endpoint, BACKLOG), threads, bufferBytes, pause);
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        return switch (task.workload()) {
            case "RoundTrip", "Throughput" -> MessageSession.open(library, task, server);
            case "ConnectPerRequest" -> new WeveSession(library, server);
            default -> throw new IllegalArgumentException("no such workload: " + task.workload());
        };
    }
}
