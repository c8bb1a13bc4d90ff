package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Arguments that cannot be are refused with their reason, and the socket can be used on. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed early
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadMessageInputTest {

    private final Arena arena = Arena.ofShared();
    private final MemorySegment good = arena.allocate(64);
    private final Ancillary ancillary = new Ancillary();
    private final Address address = Connected.freeName();
    private long before;

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        arena.close();
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    private interface Use {
        void of(MemorySegment buffer, long offset, long length) throws IOException;
    }

    private static List<Use> receives(MessageSocket socket, Ancillary into) {
        return List.of(
                socket::receive,
                socket::receiveNow,
                (buffer, offset, length) -> socket.receive(buffer, offset, length, into),
                (buffer, offset, length) -> socket.receiveNow(buffer, offset, length, into));
    }

    private List<Use> sends(MessageSocket socket) {
        List<Use> sends =
                new ArrayList<>(
                        List.of(
                                socket::send,
                                socket::sendNow,
                                (buffer, at, length) -> socket.send(buffer, at, length, pair()),
                                (buffer, at, length) ->
                                        socket.sendNow(buffer, at, length, pair())));
        if (socket instanceof DatagramSocket datagrams) {
            sends.add((buffer, at, length) -> datagrams.sendTo(address, buffer, at, length));
            sends.add((buffer, at, length) -> datagrams.sendToNow(address, buffer, at, length));
        }
        return sends;
    }

    private HasDescriptor[] pair() {
        return new HasDescriptor[] {passed};
    }

    private OpenFile passed;

    /** What both ends of each type must refuse; afterwards they still work. */
    private void withEachType(Check check) throws Exception {
        List<SocketPair<? extends MessageSocket>> pairs =
                List.of(SeqpacketSocket.pair(), DatagramSocket.pair());
        passed = OpenFile.memory("passed", 1);
        for (SocketPair<? extends MessageSocket> pair : pairs) {
            try (pair) {
                check.on(pair);
                Messages.send(pair.first(), "still of use");
                assertEquals("still of use", Messages.receive(pair.second()));
            }
        }
        passed.close();
        ancillary.close();
    }

    private interface Check {
        void on(SocketPair<? extends MessageSocket> pair) throws Exception;
    }

    private static String refusal(Class<? extends Throwable> type, Executable call) {
        return String.valueOf(assertThrows(type, call).getMessage());
    }

    private List<Use> all(SocketPair<? extends MessageSocket> pair) {
        List<Use> all = new ArrayList<>(sends(pair.first()));
        all.addAll(receives(pair.second(), ancillary));
        return all;
    }

    @Test
    void memoryOnTheHeapAndReadOnlyMemoryToFill() throws Exception {
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        withEachType(
                pair -> {
                    for (Use use : all(pair)) {
                        String why =
                                refusal(IllegalArgumentException.class, () -> use.of(heap, 0, 64));
                        assertTrue(why.startsWith("the buffer must be native memory"), why);
                    }
                    for (Use use : receives(pair.second(), ancillary)) {
                        String why =
                                refusal(
                                        IllegalArgumentException.class,
                                        () -> use.of(good.asReadOnly(), 0, 64));
                        assertEquals("the buffer to read into is read-only", why);
                    }
                });
    }

    @Test
    void partsThatAreNotInsideAndNull() throws Exception {
        withEachType(
                pair -> {
                    for (Use use : all(pair)) {
                        for (long[] part : new long[][] {{0, 65}, {1, 64}, {-1, 4}, {0, -1}}) {
                            assertThrows(
                                    IndexOutOfBoundsException.class,
                                    () -> use.of(good, part[0], part[1]));
                        }
                        assertThrows(NullPointerException.class, () -> use.of(null, 0, 0));
                    }
                    assertEquals(
                            "ancillary",
                            refusal(
                                    NullPointerException.class,
                                    () -> pair.second().receive(good, 0, 1, null)));
                });
    }

    @Test
    void memoryThatIsFreedOrAnotherThreads() throws Exception {
        MemorySegment freed;
        try (Arena gone = Arena.ofConfined()) {
            freed = gone.allocate(8);
        }
        MemorySegment[] others = new MemorySegment[1];
        Thread other = Thread.ofPlatform().start(() -> others[0] = Arena.ofConfined().allocate(8));
        other.join();
        MemorySegment confined = others[0];
        withEachType(
                pair -> {
                    Messages.send(pair.first(), "something"); // else receiveNow has nothing to do
                    for (Use use : all(pair)) {
                        assertThrows(IllegalStateException.class, () -> use.of(freed, 0, 8));
                        assertThrows(WrongThreadException.class, () -> use.of(confined, 0, 8));
                    }
                    assertEquals("something", Messages.receive(pair.second()));
                });
    }

    @Test
    void messagesThatAreTooLongForTheSendBuffer() throws Exception {
        withEachType(
                pair -> {
                    pair.first().sendBuffer(4096);
                    long tooLong = pair.first().sendBuffer() + 1L;
                    MemorySegment large = arena.allocate(tooLong);
                    for (Use use : sends(pair.first()).subList(0, 4)) {
                        SyscallException refused =
                                assertThrows(
                                        SyscallException.class, () -> use.of(large, 0, tooLong));
                        assertEquals(Errno.EMSGSIZE, refused.errno());
                    }
                });
    }

    @Test
    void closedSockets() throws Exception {
        withEachType(
                pair -> {
                    try (SocketPair<DatagramSocket> closed = DatagramSocket.pair()) {
                        closed.close();
                        for (Use use : all(closed)) {
                            String why =
                                    refusal(SocketClosedException.class, () -> use.of(good, 0, 1));
                            assertTrue(why.contains("closed by this process"), why);
                        }
                    }
                });
        for (SeqpacketSocket never : List.of(SeqpacketSocket.closed())) {
            String why = refusal(SocketClosedException.class, () -> never.receive(good, 0, 1));
            assertEquals("receive: the socket was never open", why);
        }
    }

    @Test
    void addressesThatHaveNoSocketOfThatType() throws Exception {
        Duration limit = Connected.PATIENCE;
        for (Executable call :
                List.<Executable>of(
                        () -> SeqpacketSocket.connect(null, limit),
                        () -> SeqpacketListener.bind(null),
                        () -> DatagramSocket.bind(null),
                        () -> StreamSocket.connect(null, limit),
                        () -> StreamListener.bind(null))) {
            assertEquals("address", refusal(NullPointerException.class, call));
        }
        Address tcp = Address.loopback(80);
        for (Executable call :
                List.<Executable>of(
                        () -> SeqpacketSocket.connect(tcp, limit),
                        () -> SeqpacketListener.bind(tcp),
                        () -> DatagramSocket.bind(tcp))) {
            assertEquals(
                    "a socket of this type has a path or an abstract name, not 127.0.0.1:80",
                    refusal(IllegalArgumentException.class, call));
        }
        for (Executable call :
                List.<Executable>of(
                        () -> SeqpacketSocket.connect(Address.unnamed(), limit),
                        () -> SeqpacketListener.bind(Address.unnamed()),
                        () -> DatagramSocket.bind(Address.unnamed()),
                        () -> StreamSocket.connect(Address.unnamed(), limit),
                        () -> StreamListener.bind(Address.unnamed()))) {
            assertEquals(
                    "a path or an abstract name is needed; an unnamed socket has neither",
                    refusal(IllegalArgumentException.class, call));
        }
    }

    @Test
    void otherArguments() throws Exception {
        withEachType(
                pair -> {
                    MessageSocket socket = pair.first();
                    Duration negative = Duration.ofMillis(-1);
                    for (Executable call :
                            List.<Executable>of(
                                    () -> socket.receiveTimeout(negative),
                                    () -> socket.sendTimeout(negative),
                                    () -> socket.sendBuffer(0))) {
                        assertThrows(IllegalArgumentException.class, call);
                    }
                });
        for (int fd : new int[] {-1, 1_000_000}) {
            for (Executable call :
                    List.<Executable>of(
                            () -> StreamSocket.inherited(fd),
                            () -> SeqpacketSocket.inherited(fd),
                            () -> SeqpacketListener.inherited(fd),
                            () -> DatagramSocket.inherited(fd))) {
                assertEquals(
                        "descriptor " + fd + " is not a socket", refusal(IOException.class, call));
            }
        }
    }
}
