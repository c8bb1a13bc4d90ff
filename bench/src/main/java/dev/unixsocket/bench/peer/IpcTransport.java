package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.ipc.IpcResponse;
import dev.unixsocket.services.ipc.IpcServer;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** {@code uds ipc}'s server and client, whose answer brings the request's data back. */
final class IpcTransport implements Transport {

    private static final String ECHO = "echo";
    private static final String PAYLOAD = "payload";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        IpcServer server =
                IpcServer.builder()
                        .on(
                                ECHO,
                                (request, _) -> {
                                    pause.beforeAnswer();
                                    return new IpcResponse(ECHO, request.data());
                                })
                        .listen(endpoint.address())
                        .start();
        return new Server() {
            @Override
            public Endpoint endpoint() {
                return server.address() instanceof Address.Loopback loopback
                        ? Endpoint.tcp(loopback.port())
                        : endpoint;
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        IpcClient client = IpcClient.connect(server.address(), PATIENCE);
        Map<String, Object> data = Map.of(PAYLOAD, new byte[task.payload()]);
        return new BlockingSession() {
            @Override
            public void exchange() throws IOException {
                IpcMessage answer = client.request(ECHO, data);
                if (!(answer.data().get(PAYLOAD) instanceof byte[] echoed)
                        || echoed.length != task.payload()) {
                    throw new IOException("the answer is not the request's data: " + answer);
                }
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
