package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.services.weave.WeaveDaemon;

import java.io.IOException;

/**
 * This project's sockets. On a socket file the {@code weve} service is the daemon itself, with a
 * backend that costs nearly nothing.
 */
final class FfmTransport implements Transport {

    private final BlockingTransport sockets =
            new BlockingTransport(new FfmSockets(Waiting.block()));

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        if (!service.equals("weve") || endpoint.kind() != Endpoint.Kind.UNIX) {
            return sockets.serve(service, endpoint, pause);
        }
        WeaveDaemon daemon =
                WeaveDaemon.open(
                        endpoint.path(),
                        WeaveDaemon.Options.DEFAULT,
                        () -> (request, seed, pixels) -> pixels.fill(WevePicture.FILL));
        Thread.ofPlatform().daemon().name("weave").start(daemon::run);
        return new Server() {
            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() throws IOException {
                daemon.stop();
                daemon.close();
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        return task.workload().equals("ConnectPerRequest")
                ? new FfmWeveSession(server.address())
                : sockets.open(task, server);
    }
}
