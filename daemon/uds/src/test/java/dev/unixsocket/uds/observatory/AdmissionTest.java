package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.Observatory;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.services.wire.ThreadEnd;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;
import dev.unixsocket.uds.observatory.RunningObservatory.Peer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Both engines close the connections of those who may not connect. */
class AdmissionTest {

    private static final AccessPolicy NOBODY = AccessPolicy.users(Set.of());

    @TempDir Path folder;

    private Listener listen(String name, AccessPolicy policy) throws IOException {
        Address address = Address.path(folder.resolve(name));
        return Listener.open(ListenerSpec.locked(address, policy));
    }

    private Serving serve(Kind kind, AccessPolicy senders, AccessPolicy readers)
            throws IOException {
        Observatory observatory =
                Observatory.open(
                        listen("in", senders),
                        Optional.of(listen("out", readers)),
                        new Settings(
                                EventFormat.JSON_LINE,
                                Optional.empty(),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30),
                                Memory.affordable()),
                        kind.factory());
        return new Serving(observatory, Thread.ofPlatform().daemon().start(() -> run(observatory)));
    }

    private static void run(Observatory observatory) {
        try {
            observatory.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Serving(Observatory observatory, Thread thread) implements Closeable {
        @Override
        public void close() throws IOException {
            observatory.stop();
            ThreadEnd.await(thread);
            observatory.close();
        }
    }

    private String ask() {
        try (Peer sender = new Peer(folder.resolve("in"))) {
            sender.tryToWrite("GET /health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return sender.readToEnd();
        } catch (UncheckedIOException reset) {
            return ""; // closed with a request unread
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneWhoIsAdmittedIsAnswered(Kind kind) throws IOException {
        AccessPolicy policy = NOBODY.or(AccessPolicy.sameUser());
        try (Serving _ = serve(kind, policy, NOBODY)) {
            assertTrue(ask().startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneWhoIsNotIsClosedWithoutAWord(Kind kind) throws IOException {
        try (Serving _ = serve(kind, NOBODY, AccessPolicy.sameUser())) {
            assertEquals("", ask());
            assertEquals("", ask());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void soIsAReader(Kind kind) throws IOException {
        try (Serving _ = serve(kind, AccessPolicy.anyone(), NOBODY);
                Peer reader = new Peer(folder.resolve("out"))) {
            assertEquals("", reader.readToEnd());
            assertTrue(ask().startsWith("HTTP/1.1 200 "));
        }
    }
}
