package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.SocketProbe.State.BOUND;
import static dev.unixsocket.ffi.SocketProbe.State.GONE;
import static dev.unixsocket.ffi.SocketProbe.State.LISTENING;
import static dev.unixsocket.ffi.SocketProbe.State.STALE;
import static dev.unixsocket.ffi.SocketProbe.State.UNKNOWN;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a connection tells of a socket file. */
@EnabledOnOs(OS.LINUX)
class SocketProbeTest {

    @TempDir Path folder;

    private Path path() {
        return folder.resolve("a.sock");
    }

    private int bound(SocketProbe.Type type) {
        int number =
                switch (type) {
                    case STREAM -> Sockets.SOCK_STREAM;
                    case DATAGRAM -> Sockets.SOCK_DGRAM;
                    case SEQPACKET -> Sockets.SOCK_SEQPACKET;
                    case UNKNOWN -> throw new IllegalArgumentException();
                };
        try (Arena arena = Arena.ofConfined()) {
            int fd = Syscalls.socket(Sockets.AF_UNIX, number, 0);
            Sockaddr sockaddr = Sockaddr.of(Address.path(path()), arena);
            assertEquals(0, Syscalls.bind(fd, sockaddr.segment(), sockaddr.length()));
            return fd;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STREAM", "SEQPACKET"})
    void aSocketsLifeIsToldByItsType(SocketProbe.Type type) {
        int fd = bound(type);
        assertEquals(new SocketProbe(BOUND, type, Optional.empty()), SocketProbe.connect(path()));
        assertEquals(0, Syscalls.listen(fd, 0));
        SocketProbe listening = SocketProbe.connect(path());
        assertEquals(LISTENING, listening.state());
        assertEquals(type, listening.type());
        assertEquals((int) ProcessHandle.current().pid(), listening.peer().orElseThrow().pid());
        assertEquals(BOUND, SocketProbe.presence(path(), type));
        Syscalls.close(fd);
        assertEquals(STALE, SocketProbe.connect(path()).state());
        assertEquals(STALE, SocketProbe.presence(path(), type));
    }

    @Test
    void aDatagramSocketListensOnceItIsBound() {
        int fd = bound(SocketProbe.Type.DATAGRAM);
        assertEquals(
                new SocketProbe(LISTENING, SocketProbe.Type.DATAGRAM, Optional.empty()),
                SocketProbe.connect(path()));
        assertEquals(BOUND, SocketProbe.presence(path(), SocketProbe.Type.DATAGRAM));
        Syscalls.close(fd);
        assertEquals(STALE, SocketProbe.connect(path()).state());
        assertEquals(STALE, SocketProbe.presence(path(), SocketProbe.Type.DATAGRAM));
    }

    @Test
    void aFullBacklogIsAListenersAndPresenceAddsNothingToIt() throws Exception {
        try (StreamListener listener = StreamListener.bind(Address.path(path())).listen(0)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(BOUND, SocketProbe.presence(path(), SocketProbe.Type.STREAM));
            }
            assertTrue(SocketProbe.connect(path()).peer().isPresent());
            SocketProbe full = SocketProbe.connect(path());
            assertEquals(LISTENING, full.state());
            assertTrue(full.peer().isEmpty());
            listener.accept().close();
        }
    }

    @Test
    void anyFileThatTheKernelKnowsIsProbed() throws IOException {
        String start = folder + "/";
        byte[] notText = (start + "a").getBytes(StandardCharsets.UTF_8);
        notText[notText.length - 1] = (byte) 0xFF;
        for (Path odd :
                List.of(
                        Path.of(start + "x".repeat(108 - start.length())),
                        PathBytes.path(notText))) {
            try (StreamListener listener =
                    StreamListener.bind(new Address.UnixPath(odd)).listen(1)) {
                assertEquals(LISTENING, SocketProbe.connect(odd).state());
                listener.accept().close();
            }
            assertEquals(STALE, SocketProbe.connect(odd).state());
        }
    }

    @Test
    void whatIsNotThereIsGoneAndWhatHasNoAddressIsUnknown() {
        assertEquals(GONE, SocketProbe.connect(path()).state());
        assertEquals(GONE, SocketProbe.connect(path().resolve("x")).state());
        Path tooLong = folder.resolve("x".repeat(120));
        assertEquals(UNKNOWN, SocketProbe.connect(tooLong).state());
    }
}
