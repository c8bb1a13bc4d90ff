package dev.unixsocket.services.ipc;

import dev.unixsocket.ffi.Address;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A LiteBase service in this process, over one of the transports. */
final class TestService implements AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Supplier<String> transport;
    private final Supplier<Path> directory;
    private Optional<IpcServer> server = Optional.empty();

    /**
     * A service that does not serve yet.
     *
     * @param transport {@code unix} or {@code tcp}
     * @param directory of its socket, {@code ipc.sock}; asked for when it serves: JUnit injects it
     *     before that
     */
    TestService(Supplier<String> transport, Supplier<Path> directory) {
        this.transport = transport;
        this.directory = directory;
    }

    /** Serves, and says where. */
    Address serve(IpcServer.Builder builder) throws IOException {
        Address address =
                transport.get().equals("tcp")
                        ? Address.loopback(0)
                        : Address.path(directory.get().resolve("ipc.sock"));
        server = Optional.of(builder.listen(address).start());
        return server.get().address();
    }

    IpcServer server() {
        return server.orElseThrow();
    }

    /** A message without data. */
    static Map<String, Object> message(String id, String type) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("type", type);
        message.put("timestamp", Instant.now());
        message.put("data", null);
        return message;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (server.isPresent()) {
            server.get().close();
        }
    }
}
