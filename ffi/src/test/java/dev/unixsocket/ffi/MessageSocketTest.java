package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Messages.receive;
import static dev.unixsocket.ffi.Messages.send;
import static dev.unixsocket.ffi.Messages.sendTo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sockets that carry messages: SOCK_SEQPACKET and SOCK_DGRAM. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // some are closed under a call
class MessageSocketTest {

    private static final Duration SHORT = Duration.ofMillis(30);

    @TempDir Path folder;

    private long before;

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    private List<Address> addresses() {
        return List.of(Address.path(folder.resolve("a.sock")), Connected.freeName());
    }

    /** A pair of each type; both ends wait in that way. */
    private static List<SocketPair<? extends MessageSocket>> pairs(Way way) throws IOException {
        List<SocketPair<? extends MessageSocket>> pairs =
                List.of(SeqpacketSocket.pair(), DatagramSocket.pair());
        pairs.forEach(pair -> pair.first().waiting(way.waiting));
        pairs.forEach(pair -> pair.second().waiting(way.waiting));
        return pairs;
    }

    @Test
    void connectionsKeepTheBoundariesOfMessages() throws IOException {
        for (Address address : addresses()) {
            try (SeqpacketListener listener = SeqpacketListener.bind(address).listen(5);
                    SeqpacketSocket client = SeqpacketSocket.connect(address, PATIENCE);
                    SeqpacketSocket server = listener.accept()) {
                send(client, "one");
                send(client, "and two");
                assertEquals("one", receive(server));
                assertEquals("and two", receive(server));
                send(server, "answer");
                assertEquals("answer", receive(client));
                assertEquals(address, server.address());
                assertEquals(address, client.peerAddress());
                assertEquals(Address.unnamed(), server.peerAddress());
                assertEquals(ProcessHandle.current().pid(), (long) server.peerCredentials().pid());
            }
        }
    }

    /** A client has a name if it has called bind(2), which few do. */
    @Test
    void aClientThatHasANameIsKnownByIt() throws IOException {
        Address name = Connected.freeName();
        Address address = Connected.freeName();
        try (StreamListener listener = StreamListener.bind(address).listen(1);
                OpenFile client =
                        OpenFile.adopt(Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0));
                Arena arena = Arena.ofConfined()) {
            int fd = client.descriptor().acquire();
            Sockaddr own = Sockaddr.of(name, arena);
            assertEquals(0, Syscalls.bind(fd, own.segment(), own.length()));
            Sockaddr to = Sockaddr.of(address, arena);
            assertEquals(0, Syscalls.connect(fd, to.segment(), to.length()));
            client.descriptor().release();
            try (StreamSocket accepted = listener.accept()) {
                assertEquals(name, accepted.peerAddress());
            }
        }
    }

    @Test
    void aStreamIsNotTakenForAConnectionOfMessages() throws IOException {
        Address address = Address.path(folder.resolve("stream.sock"));
        try (StreamListener listener = StreamListener.bind(address).listen(5)) {
            SyscallException refused =
                    assertThrows(
                            SyscallException.class,
                            () -> SeqpacketSocket.connect(address, PATIENCE));
            assertEquals(Errno.EPROTOTYPE, refused.errno());
        }
    }

    @Test
    void aListenerTakesWhatIsThereAndSaysWhenThatIsNothing() throws IOException {
        Address address = Connected.freeName();
        try (SeqpacketListener listener = SeqpacketListener.bind(address).listen(5);
                SeqpacketSocket into = SeqpacketSocket.closed()) {
            assertFalse(listener.acceptNow(into));
            try (SeqpacketSocket client = SeqpacketSocket.connect(address, PATIENCE)) {
                assertTrue(listener.acceptNow(into));
                send(client, "hello");
                assertEquals("hello", receive(into));
                assertThrows(IllegalStateException.class, () -> listener.acceptNow(into));
            }
        }
    }

    @Test
    void theEndOfAConnectionIsToldFromAnEmptyMessage() throws IOException {
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair();
                Arena arena = Arena.ofConfined()) {
            MemorySegment byteOfRoom = arena.allocate(1);
            int fd = pair.first().state().descriptor().acquire();
            Syscalls.send(fd, byteOfRoom, 0, 0); // as a program in C may
            pair.first().state().descriptor().release();
            send(pair.first(), "full");
            pair.first().close();
            assertEquals("", receive(pair.second()));
            assertEquals("full", receive(pair.second()));
            assertEquals("END", receive(pair.second()));
            assertEquals(MessageSocket.END, pair.second().receiveNow(byteOfRoom, 0, 1));
        }
    }

    @Test
    void anEmptyMessageIsRefusedOnAConnectionAndIsADatagram() throws IOException {
        try (SocketPair<SeqpacketSocket> packets = SeqpacketSocket.pair();
                SocketPair<DatagramSocket> datagrams = DatagramSocket.pair()) {
            assertThrows(IllegalArgumentException.class, () -> send(packets.first(), ""));
            send(datagrams.first(), "");
            assertEquals("", receive(datagrams.second()));
        }
    }

    @Test
    void halfCloseEndsOneDirection() throws IOException {
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair()) {
            pair.first().shutdownOutput();
            assertEquals("END", receive(pair.second()));
            send(pair.second(), "still open");
            assertEquals("still open", receive(pair.first()));
            pair.first().shutdownInput();
            SyscallException refused =
                    assertThrows(SyscallException.class, () -> send(pair.second(), "too late"));
            assertEquals(Errno.EPIPE, refused.errno());
        }
    }

    @Test
    void aMessageThatIsLongerThanTheBufferIsNotCutSilently() throws IOException {
        for (SocketPair<? extends MessageSocket> pair : pairs(Way.BLOCK)) {
            try (pair;
                    Arena arena = Arena.ofConfined();
                    Ancillary ancillary = new Ancillary()) {
                MemorySegment buffer = arena.allocate(4);
                for (int way = 0; way < 4; way++) {
                    send(pair.first(), "too long");
                    TruncatedException cut =
                            switch (way) {
                                case 0 -> cut(() -> pair.second().receive(buffer, 0, 4));
                                case 1 -> cut(() -> pair.second().receiveNow(buffer, 0, 4));
                                case 2 -> cut(() -> pair.second().receive(buffer, 0, 4, ancillary));
                                default ->
                                        cut(
                                                () ->
                                                        pair.second()
                                                                .receiveNow(
                                                                        buffer, 0, 4, ancillary));
                            };
                    assertEquals(
                            "receive: a message of 8 bytes was cut to the 4 that there is room for:"
                                    + " an unnamed socket",
                            cut.getMessage());
                    assertEquals(List.of(4L, 8L), List.of(cut.received(), cut.sent()));
                    send(pair.first(), "next");
                    assertEquals("next", receive(pair.second()));
                }
            }
        }
    }

    private interface Call {
        void make() throws IOException;
    }

    private static TruncatedException cut(Call call) {
        return assertThrows(TruncatedException.class, call::make);
    }

    @Test
    void aDatagramTellsWhereItCameFromAndCanBeAnswered() throws IOException {
        for (Address address : addresses()) {
            try (DatagramSocket server = DatagramSocket.bind(address);
                    DatagramSocket client = DatagramSocket.bindToFreeName();
                    DatagramSocket nobody = DatagramSocket.unnamed();
                    Ancillary from = new Ancillary()) {
                sendTo(client, address, "question");
                assertEquals("question", receive(server, from));
                assertEquals(client.address(), from.sender());
                try (Arena arena = Arena.ofConfined()) {
                    server.reply(from, Messages.bytes("answer", arena), 0, 6);
                }
                assertEquals("answer", receive(client, from));
                assertEquals(address, from.sender());

                sendTo(nobody, address, "without a name");
                assertEquals("without a name", receive(server, from));
                assertEquals(Address.unnamed(), from.sender());
                assertEquals(
                        "the sender has no name to answer to",
                        assertThrows(
                                        IllegalStateException.class,
                                        () -> server.reply(from, MemorySegment.NULL, 0, 0))
                                .getMessage());
            }
        }
    }

    @Test
    void aConnectedDatagramSocketSendsToItsPeer() throws IOException {
        Address address = Connected.freeName();
        try (DatagramSocket server = DatagramSocket.bind(address);
                DatagramSocket client = DatagramSocket.unnamed()) {
            SyscallException unconnected =
                    assertThrows(SyscallException.class, () -> send(client, "whereto?"));
            assertEquals(Errno.ENOTCONN, unconnected.errno());
            client.connect(address);
            send(client, "hello");
            assertEquals("hello", receive(server));
            assertEquals(address, client.peerAddress());
            assertThrows(UnsupportedOperationException.class, client::peerCredentials);
            server.close();
            SyscallException gone =
                    assertThrows(SyscallException.class, () -> send(client, "anybody?"));
            assertEquals(Errno.ECONNREFUSED, gone.errno());
        }
    }

    @ParameterizedTest
    @EnumSource
    void receivingWaitsForAMessage(Way way) throws Exception {
        for (SocketPair<? extends MessageSocket> pair : pairs(way)) {
            try (pair) {
                Way.Task<String> receiver = way.start(() -> receive(pair.second()));
                receiver.awaitWaiting(pair.second().state());
                send(pair.first(), "here");
                assertEquals("here", receiver.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void receivingTimesOutNotBeforeItsTimeAndTheSocketLivesOn(Way way) throws Exception {
        for (SocketPair<? extends MessageSocket> pair : pairs(way)) {
            try (pair) {
                pair.second().receiveTimeout(SHORT);
                long begin = System.nanoTime();
                Throwable failure = way.start(() -> receive(pair.second())).failure();
                assertTrue(assertInstanceOf(SyscallException.class, failure).timedOut());
                assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
                send(pair.first(), "later");
                assertEquals("later", way.start(() -> receive(pair.second())).result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsAReceiveThatWaits(Way way) throws Exception {
        for (SocketPair<? extends MessageSocket> pair : pairs(way)) {
            try (pair) {
                Way.Task<String> receiver = way.start(() -> receive(pair.second()));
                receiver.awaitWaiting(pair.second().state());
                pair.second().close();
                assertInstanceOf(SocketClosedException.class, receiver.failure());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAReceiveThatIsParked(Way way) throws Exception {
        if (way.parks()) {
            for (SocketPair<? extends MessageSocket> pair : pairs(way)) {
                try (pair) {
                    Way.Task<String> receiver = way.start(() -> receive(pair.second()));
                    receiver.awaitWaiting(pair.second().state());
                    receiver.interrupt();
                    assertInstanceOf(ClosedByInterruptException.class, receiver.failure());
                    assertFalse(pair.second().isOpen());
                }
            }
        }
    }

    /** Sends until there is no room. */
    private static int fill(Sender sender) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(1000);
            int sent = 0;
            while (sender.sendNow(message)) {
                sent++;
            }
            assertTrue(sent > 0);
            return sent;
        }
    }

    private interface Sender {
        boolean sendNow(MemorySegment message) throws IOException;
    }

    /** Of a socket whose messages wait for room, and who makes that. */
    private record Full(MessageSocket sender, MessageSocket receiver, Address to)
            implements AutoCloseable {

        static List<Full> all(Way way) throws IOException {
            List<Full> all = new ArrayList<>();
            for (SocketPair<? extends MessageSocket> pair : pairs(way)) {
                all.add(new Full(pair.first(), pair.second(), null));
            }
            Address address = Connected.freeName();
            all.add(
                    new Full(
                            DatagramSocket.unnamed().waiting(way.waiting),
                            DatagramSocket.bind(address),
                            address));
            Address peer = Connected.freeName();
            MessageSocket server = DatagramSocket.bind(peer);
            all.add(
                    new Full(
                            DatagramSocket.unnamed().waiting(way.waiting).connect(peer),
                            server,
                            null));
            for (Full one : all) {
                MessageSocketTest.fill(message -> one.sendNow(message));
            }
            return all;
        }

        boolean sendNow(MemorySegment message) throws IOException {
            return to == null
                    ? sender.sendNow(message, 0, message.byteSize())
                    : ((DatagramSocket) sender).sendToNow(to, message, 0, message.byteSize());
        }

        Void send() throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment message = arena.allocate(1000);
                if (to == null) {
                    sender.send(message, 0, 1000);
                } else {
                    ((DatagramSocket) sender).sendTo(to, message, 0, 1000);
                }
                return null;
            }
        }

        void drainUntil(Way.Task<Void> sent) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(1000);
                while (!sent.isDone()) {
                    receiver.receiveNow(buffer, 0, 1000);
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void close() {
            sender.close();
            receiver.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendingWaitsForRoom(Way way) throws Exception {
        for (Full full : Full.all(way)) {
            try (full) {
                Way.Task<Void> sender = way.start(full::send);
                sender.awaitWaiting(full.sender().state());
                assertFalse(sender.isDone());
                full.drainUntil(sender);
                sender.result();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendingTimesOutNotBeforeItsTime(Way way) throws Exception {
        for (Full full : Full.all(way)) {
            try (full) {
                full.sender().sendTimeout(SHORT);
                long begin = System.nanoTime();
                Throwable failure = way.start(full::send).failure();
                assertTrue(assertInstanceOf(SyscallException.class, failure).timedOut());
                assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingEndsASendThatWaits(Way way) throws Exception {
        for (Full full : Full.all(way)) {
            try (full) {
                Way.Task<Void> sender = way.start(full::send);
                sender.awaitWaiting(full.sender().state());
                full.sender().close();
                assertInstanceOf(SocketClosedException.class, sender.failure());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptingAndConnectingWaitInTheirWay(Way way) throws Exception {
        Address address = Connected.freeName();
        try (SeqpacketListener listener = SeqpacketListener.bind(address).listen(5)) {
            listener.waiting(way.waiting);
            Way.Task<SeqpacketSocket> accepted = way.start(listener::accept);
            accepted.awaitWaiting(listener.state());
            try (SeqpacketSocket client =
                            way.start(() -> SeqpacketSocket.connect(address, PATIENCE, way.waiting))
                                    .result();
                    SeqpacketSocket server = accepted.result()) {
                send(client, "hello");
                assertEquals("hello", receive(server));
                assertEquals(way.waiting, server.waiting());
            }
        }
    }

    @Test
    void aPollerWatchesThemAll() throws IOException {
        Address address = Connected.freeName();
        List<String> seen = new ArrayList<>();
        try (Poller poller = Poller.open();
                SocketPair<DatagramSocket> pair = DatagramSocket.pair();
                SeqpacketListener listener = SeqpacketListener.bind(address).listen(5)) {
            poller.register(pair.second(), Poller.READ, ready -> seen.add("datagram"));
            poller.register(listener, ready -> seen.add("connection"));
            send(pair.first(), "x");
            poller.dispatch(PATIENCE);
            assertEquals(List.of("datagram"), seen);
            assertEquals("x", receive(pair.second()));
            try (SeqpacketSocket client = SeqpacketSocket.connect(address, PATIENCE)) {
                poller.dispatch(PATIENCE);
                listener.accept().close();
            }
            assertEquals(List.of("datagram", "connection"), seen);
        }
    }
}
