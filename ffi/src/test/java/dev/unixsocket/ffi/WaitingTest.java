package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.PATIENCE;
import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a call that waits does is the same under each strategy and on each kind of thread. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed under a call
class WaitingTest {

    private static final Duration SHORT = Duration.ofMillis(30);
    private static final int LARGE = 8 * 1024 * 1024;

    private final MemorySegment large = Arena.ofAuto().allocate(LARGE);
    private long socketsBefore;

    @BeforeEach
    void countSockets() throws IOException {
        socketsBefore = Connected.openSockets();
    }

    @AfterEach
    void noSocketIsLeft() throws IOException {
        Connected.assertNoneIsLeft(socketsBefore, Connected.openSockets());
    }

    private static List<Address> unixAndTcp() {
        return List.of(Connected.freeName(), Address.loopback(0));
    }

    private static void assertTimedOut(Throwable failure) {
        assertTrue(assertInstanceOf(SyscallException.class, failure).timedOut(), failure::toString);
    }

    @ParameterizedTest
    @EnumSource
    void aReadWaitsForBytes(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (Connected connected = way.connect(address)) {
                StreamSocket server = connected.server();
                for (String text : List.of("first", "second")) {
                    Way.Task<String> reader = way.start(() -> receive(server));
                    reader.awaitWaiting(server.state());
                    send(connected.client(), text);
                    assertEquals(text, reader.result());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadTimesOutNotBeforeItsTimeAndTheSocketLivesOn(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (Connected connected = way.connect(address)) {
                StreamSocket server = connected.server();
                server.receiveTimeout(SHORT);
                long begin = System.nanoTime();
                assertTimedOut(way.start(() -> receive(server)).failure());
                assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
                send(connected.client(), "later");
                assertEquals("later", way.start(() -> receive(server)).result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheStreamEndsARead(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (Connected connected = way.connect(address)) {
                StreamSocket server = connected.server();
                Way.Task<String> reader = way.start(() -> receive(server));
                reader.awaitWaiting(server.state());
                connected.client().shutdownOutput();
                assertEquals("", reader.result());
                way.start(
                                () -> {
                                    send(server, "the other half is open");
                                    return null;
                                })
                        .result();
                assertEquals("the other half is open", receive(connected.client()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetEndsARead(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            send(server, "never read");
            Way.Task<String> reader = way.start(() -> receive(server));
            reader.awaitWaiting(server.state());
            connected.client().close();
            Throwable failure = reader.failure();
            assertEquals(Errno.ECONNRESET, ((SyscallException) failure).errno());
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsARead(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (Connected connected = way.connect(address)) {
                StreamSocket server = connected.server();
                Way.Task<String> reader = way.start(() -> receive(server));
                reader.awaitWaiting(server.state());
                server.close();
                assertInstanceOf(SocketClosedException.class, reader.failure());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shutdownEndsARead(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            Way.Task<String> reader = way.start(() -> receive(server));
            reader.awaitWaiting(server.state());
            server.shutdown();
            assertEquals("", reader.result());
            assertTrue(server.isOpen());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteWaitsForRoomAndTakesAll(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (Connected connected = way.connect(address)) {
                StreamSocket server = connected.server();
                Way.Task<Long> writer = way.start(() -> server.write(large, 0, LARGE));
                writer.awaitWaiting(server.state());
                drain(connected.client(), LARGE);
                assertEquals(LARGE, writer.result());
            }
        }
    }

    private static void drain(StreamSocket socket, long bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(64 * 1024);
            for (long left = bytes; left > 0; ) {
                left -= socket.read(buffer, 0, Math.min(left, buffer.byteSize()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatNobodyReadsTakesSomeThenTimesOut(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            server.sendTimeout(SHORT);
            long taken = way.start(() -> server.write(large, 0, LARGE)).result();
            assertTrue(taken > 0 && taken < LARGE, () -> taken + " bytes");
            assertTimedOut(way.start(() -> server.write(large, 0, LARGE)).failure());
        }
    }

    /** The poller stops to watch for room when nobody waits for it, and must not when one does. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "PARK_VIRTUAL"})
    void aWriterThatWaitsAgainAndAgainIsWokenEachTime(Way way) throws Exception {
        long messages = 200_000;
        long size = 1_500;
        try (Connected connected = way.connect(Connected.freeName())) {
            Way.Task<Void> writer =
                    way.start(
                            () -> {
                                for (long i = 0; i < messages; i++) {
                                    connected.server().write(large, 0, size);
                                }
                                return null;
                            });
            drain(connected.client(), messages * size);
            writer.result();
        }
    }

    /** The kernel begins the send timeout anew with each part that it can write. */
    @ParameterizedTest
    @EnumSource
    void aPeerThatTakesALittleNowAndThenDoesNotExtendAWrite(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            server.sendTimeout(Duration.ofMillis(300));
            Way.Task<Long> writer = way.start(() -> server.write(large, 0, LARGE));
            while (!writer.isDone()) {
                drain(connected.client(), 4096);
                Thread.sleep(1); // a peer that is slow
            }
            assertTrue(writer.result() < LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsAWrite(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            Way.Task<Long> writer = way.start(() -> server.write(large, 0, LARGE));
            writer.awaitWaiting(server.state());
            server.close();
            assertInstanceOf(SocketClosedException.class, writer.failure());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatIsGoneIsABrokenPipe(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            connected.client().close();
            Throwable failure = way.start(() -> connected.server().write(large, 0, 1)).failure();
            assertEquals(Errno.EPIPE, ((SyscallException) failure).errno());
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneThreadReadsWhileAnotherWrites(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            Way.Task<String> reader = way.start(() -> receive(server));
            reader.awaitWaiting(server.state());
            Way.Task<Long> writer = way.start(() -> server.write(large, 0, LARGE));
            drain(connected.client(), LARGE);
            assertEquals(LARGE, writer.result());
            send(connected.client(), "read meanwhile");
            assertEquals("read meanwhile", reader.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptWaitsForConnectionsWhichWaitAsItsListenerDoes(Way way) throws Exception {
        for (Address address : unixAndTcp()) {
            try (StreamListener listener = StreamListener.bind(address).listen(5)) {
                listener.waiting(way.waiting);
                Way.Task<StreamSocket> acceptor = way.start(listener::accept);
                acceptor.awaitWaiting(listener.state());
                try (StreamSocket client = StreamSocket.connect(listener.address(), PATIENCE);
                        StreamSocket server = acceptor.result()) {
                    assertSame(way.waiting, server.waiting());
                    send(client, "hello");
                    assertEquals("hello", way.start(() -> receive(server)).result());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsAcceptFromOneListener(Way way) throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(50)) {
            listener.waiting(way.waiting);
            List<Way.Task<StreamSocket>> acceptors = new ArrayList<>();
            List<StreamSocket> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                acceptors.add(way.start(listener::accept));
            }
            for (int i = 0; i < 20; i++) {
                clients.add(StreamSocket.connect(listener.address(), PATIENCE));
            }
            for (Way.Task<StreamSocket> acceptor : acceptors) {
                acceptor.result().close();
            }
            clients.forEach(StreamSocket::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptTimesOutAndTheListenerLivesOn(Way way) throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            listener.waiting(way.waiting).acceptTimeout(SHORT);
            long begin = System.nanoTime();
            assertTimedOut(way.start(listener::accept).failure());
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
            listener.acceptTimeout(PATIENCE);
            StreamSocket.connect(listener.address(), PATIENCE).close();
            way.start(listener::accept).result().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeAndStopEndAccept(Way way) throws Exception {
        for (boolean stop : new boolean[] {false, true}) {
            try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
                listener.waiting(way.waiting);
                Way.Task<StreamSocket> acceptor = way.start(listener::accept);
                acceptor.awaitWaiting(listener.state());
                if (stop) {
                    listener.stop();
                } else {
                    listener.close();
                }
                assertInstanceOf(SocketClosedException.class, acceptor.failure());
            }
        }
    }

    /** A listener that takes one connection into its backlog, which is there already. */
    private static StreamListener full(List<StreamSocket> waiting) throws IOException {
        StreamListener listener = StreamListener.bind(Connected.freeName()).listen(0);
        waiting.add(StreamSocket.connect(listener.address(), PATIENCE));
        return listener;
    }

    private static StreamSocket toFill(Way way) {
        return StreamSocket.closed().waiting(way.waiting);
    }

    @ParameterizedTest
    @EnumSource
    void connectWaitsForRoomInTheBacklog(Way way) throws Exception {
        List<StreamSocket> waiting = new ArrayList<>();
        try (StreamListener listener = full(waiting);
                StreamSocket socket = toFill(way)) {
            Way.Task<Void> connecting =
                    way.start(() -> connect(listener.address(), Duration.ZERO, socket));
            connecting.awaitWaiting(socket.state());
            listener.accept().close();
            connecting.result();
            try (StreamSocket server = listener.accept()) {
                send(server, "there you are");
                assertEquals("there you are", way.start(() -> receive(socket)).result());
            }
        }
        waiting.forEach(StreamSocket::close);
    }

    private static Void connect(Address address, Duration timeout, StreamSocket into)
            throws IOException {
        StreamSocket.connect(address, timeout, into);
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void connectTimesOut(Way way) throws Exception {
        List<StreamSocket> waiting = new ArrayList<>();
        try (StreamListener listener = full(waiting);
                StreamSocket socket = toFill(way)) {
            long begin = System.nanoTime();
            assertTimedOut(way.start(() -> connect(listener.address(), SHORT, socket)).failure());
            assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
            assertFalse(socket.isOpen());
        }
        waiting.forEach(StreamSocket::close);
    }

    @ParameterizedTest
    @EnumSource
    void closeEndsConnect(Way way) throws Exception {
        List<StreamSocket> waiting = new ArrayList<>();
        try (StreamListener listener = full(waiting);
                StreamSocket socket = toFill(way)) {
            Way.Task<Void> connecting =
                    way.start(() -> connect(listener.address(), Duration.ZERO, socket));
            connecting.awaitWaiting(socket.state());
            socket.close();
            assertInstanceOf(SocketClosedException.class, connecting.failure());
        }
        waiting.forEach(StreamSocket::close);
    }

    @ParameterizedTest
    @EnumSource
    void connectIsRefusedWhereNobodyListens(Way way) throws Exception {
        for (Address address : List.of(Connected.freeName(), Address.loopback(1))) {
            Throwable failure = way.start(() -> connect(address, PATIENCE, toFill(way))).failure();
            assertEquals(Errno.ECONNREFUSED, ((SyscallException) failure).errno());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSocketThatWasConnectedParkedBlocksAfterwards(Way way) throws Exception {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5);
                StreamSocket client = toFill(way)) {
            way.start(() -> connect(listener.address(), PATIENCE, client)).result();
            client.waiting(Waiting.block());
            try (StreamSocket server = listener.accept()) {
                WatchedThread<String> reader = WatchedThread.start(() -> receive(client));
                reader.awaitBlocked();
                send(server, "in the end");
                assertEquals("in the end", reader.result());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitWritableWaitsForRoom(Way way) throws Exception {
        try (Connected connected = way.connect(Connected.freeName())) {
            StreamSocket server = connected.server();
            assertTrue(way.start(() -> server.awaitWritable(Duration.ZERO)).result());
            long written = 0;
            for (long now; (now = server.writeNow(large, 0, LARGE)) >= 0; ) {
                written += now;
            }
            assertFalse(way.start(() -> server.awaitWritable(SHORT)).result());
            Way.Task<Boolean> waiting = way.start(() -> server.awaitWritable(PATIENCE));
            waiting.awaitWaiting(server.state());
            drain(connected.client(), written);
            assertTrue(waiting.result());
        }
    }

    private interface Waits {
        void on(StreamSocket socket) throws IOException;
    }

    /** As the channels of the JDK: the socket is closed, and the thread stays interrupted. */
    @ParameterizedTest
    @EnumSource
    void anInterruptEndsWhatIsParkedAndLeavesAloneWhatBlocks(Way way) throws Exception {
        List<Waits> calls =
                List.of(
                        socket -> receive(socket),
                        socket -> socket.write(large, 0, LARGE),
                        socket -> {
                            while (socket.writeNow(large, 0, LARGE) >= 0) {}
                            socket.awaitWritable(Duration.ZERO);
                        });
        for (Waits call : calls) {
            try (Connected connected = way.connect(Connected.freeName())) {
                StreamSocket server = connected.server();
                assertInterrupted(way, server.state(), () -> call.on(server));
                assertEquals(!way.parks(), server.isOpen());
            }
        }
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(5)) {
            listener.waiting(way.waiting);
            assertInterrupted(way, listener.state(), listener::accept);
            assertEquals(!way.parks(), listener.isOpen());
        }
        List<StreamSocket> waiting = new ArrayList<>();
        try (StreamListener listener = full(waiting);
                StreamSocket socket = toFill(way)) {
            assertInterrupted(
                    way, socket.state(), () -> connect(listener.address(), Duration.ZERO, socket));
        }
        waiting.forEach(StreamSocket::close);
    }

    private interface Act {
        void run() throws IOException;
    }

    private static void assertInterrupted(Way way, SocketState socket, Act act) throws Exception {
        Way.Task<Boolean> task =
                way.start(
                        () -> {
                            try {
                                act.run();
                                return false;
                            } catch (ClosedByInterruptException e) {
                                return Thread.currentThread().isInterrupted();
                            }
                        });
        task.awaitWaiting(socket);
        task.interrupt();
        if (way.parks()) {
            assertTrue(task.result());
        } else {
            assertFalse(task.isDone());
            socket.descriptor().acquire();
            socket.end(socket.descriptor().acquire());
            socket.descriptor().release();
            socket.descriptor().release();
        }
    }

    /** Two threads that blocked their carriers stopped every virtual thread on two cores. */
    @Test
    void virtualThreadsThatWaitStopNoOthers() throws Exception {
        int many = 2 * Runtime.getRuntime().availableProcessors() + 2;
        List<Connected> all = new ArrayList<>();
        List<Way.Task<String>> readers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Connected connected = Connected.locally();
            all.add(connected);
            readers.add(Way.BLOCK_VIRTUAL.start(() -> receive(connected.server())));
        }
        for (int i = 0; i < many; i++) {
            readers.get(i).awaitWaiting(all.get(i).server().state());
        }
        assertEquals("not stopped", Way.BLOCK_VIRTUAL.start(() -> "not stopped").result());
        for (int i = 0; i < many; i++) {
            send(all.get(i).client(), "" + i);
            assertEquals("" + i, readers.get(i).result());
            all.get(i).close();
        }
    }

    @Test
    void aBudgetMustBePositive() {
        for (Duration budget : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertThrows(IllegalArgumentException.class, () -> Waiting.spin(budget));
            assertThrows(IllegalArgumentException.class, () -> Waiting.adaptive(budget));
        }
    }
}
