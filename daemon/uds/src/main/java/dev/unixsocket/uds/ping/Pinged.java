package dev.unixsocket.uds.ping;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.discovery.SocketMetadata;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventPublisher;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Setting;
import dev.unixsocket.services.events.Transport;
import dev.unixsocket.services.ipc.IpcClient;
import dev.unixsocket.services.ipc.IpcMessage;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.services.wire.TimedReader;
import dev.unixsocket.uds.ipc.IpcCommand;
import dev.unixsocket.uds.observatory.ObserveCommand;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A service that can be asked whether it serves, and the cheapest question that it answers. */
enum Pinged {
    WEAVE("weave", WeaveSocket.FILE) {
        @Override
        void ask(Address address, Duration limit) throws IOException {
            new WeaveClient(address).within(limit).ping();
        }
    },
    IPC("ipc", IpcCommand.USUAL_FILE) {
        @Override
        void ask(Address address, Duration limit) throws IOException {
            IpcMessage answer =
                    IpcClient.exchange(address, IpcMessage.HEALTH_CHECK, Map.of(), limit);
            if (answer.isError()) {
                throw new IOException("the service answered with an error: " + answer.map());
            }
        }
    },
    EVENTS("events", "") {
        @Override
        void ask(Address address, Duration limit) throws IOException {
            if (!(address instanceof Address.UnixPath socket)
                    || !socket.path().toString().endsWith(ENDING)) {
                throw new IllegalArgumentException(
                        "a channel is asked by its socket file, NAME.sock, only");
            }
            Path directory = socket.path().toAbsolutePath().getParent();
            String name = socket.path().getFileName().toString();
            EventSettings settings =
                    EventSettings.defaults()
                            .with(Setting.SOCKET_DIR.key(), directory.toString())
                            .with(
                                    Setting.DEFAULT_TIMEOUT.key(),
                                    BigDecimal.valueOf(limit.toMillis(), 3).toPlainString());
            String channel = name.substring(0, name.length() - ENDING.length());
            try (EventPublisher link =
                    new EventClientBuilder(channel, settings)
                            .inquirer(Optional.of(Transport.UNIX))) {
                link.awaitReceived();
            }
        }
    },
    OBSERVE("observatory", ObserveCommand.USUAL_FILE) {
        @Override
        void ask(Address address, Duration limit) throws IOException {
            askHealth(address, limit);
        }
    },
    REGISTER("register", "register.sock") {
        @Override
        void ask(Address address, Duration limit) throws IOException {
            askHealth(address, limit);
        }
    };

    private static final String ENDING = ".sock";
    private static final String HEALTHY = "HTTP/1.1 200";
    private static final String QUESTION =
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final String inMetadata;
    private final String usualFile;

    Pinged(String inMetadata, String usualFile) {
        this.inMetadata = inMetadata;
        this.usualFile = usualFile;
    }

    /**
     * Asks, and returns once there was the right answer.
     *
     * @param limit for all of it
     * @throws IOException if there was another answer, or none
     */
    abstract void ask(Address address, Duration limit) throws IOException;

    /** What serves there, by its metadata, or by the usual name of its socket file. */
    static Optional<Pinged> at(Address address) {
        if (!(address instanceof Address.UnixPath socket)
                || socket.path().getFileName() == null) { // "/" has no name
            return Optional.empty();
        }
        return byMetadata(socket.path()).or(() -> byName(socket.path()));
    }

    private static Optional<Pinged> byMetadata(Path socket) {
        Object service = SocketMetadata.ofSidecar(socket).values().get("service");
        return find(one -> one.inMetadata.equals(service));
    }

    private static Optional<Pinged> byName(Path socket) {
        String name = socket.getFileName().toString();
        return find(one -> one.usualFile.equals(name));
    }

    private static Optional<Pinged> find(Predicate<Pinged> wanted) {
        return Arrays.stream(values()).filter(wanted).findFirst();
    }

    static void askHealth(Address address, Duration limit) throws IOException {
        String status = httpStatus(address, limit);
        if (!status.equals(HEALTHY)) {
            throw new IOException("the service answered \"" + status + "\"");
        }
    }

    /** The beginning of the status line. */
    private static String httpStatus(Address address, Duration limit) throws IOException {
        try (Arena arena = Arena.ofConfined();
                StreamSocket socket = StreamSocket.connect(address, limit)) {
            byte[] question = QUESTION.getBytes(StandardCharsets.US_ASCII);
            socket.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, question), 0, question.length);
            MemorySegment answer = arena.allocate(HEALTHY.length());
            TimedReader reader = new TimedReader(socket);
            reader.begin(limit);
            long length = reader.readFully(answer, 0, answer.byteSize());
            return new String(
                    answer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                    StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
