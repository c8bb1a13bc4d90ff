package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Descriptors as a message, within this process; between processes in another class. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed early
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorPassingTest {

    private static final int MOST = 253;
    private static final int O_CLOEXEC = 02000000;

    @TempDir Path folder;

    private final MemorySegment buffer = Arena.ofAuto().allocate(64);
    private long before;

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    /** Sends over each type of socket, and hands over what comes. */
    private void overEachType(Act act, HasDescriptor... descriptors) throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                Ancillary into = new Ancillary()) {
            assertEquals(3, pair.first().write(buffer, 0, 3, descriptors));
            assertEquals(3, pair.second().read(buffer, 0, 64, into));
            act.on(into);
        }
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair();
                Ancillary into = new Ancillary()) {
            pair.first().send(buffer, 0, 3, descriptors);
            assertEquals(3, pair.second().receive(buffer, 0, 64, into));
            act.on(into);
        }
        Address address = Connected.freeName();
        try (DatagramSocket receiver = DatagramSocket.bind(address);
                DatagramSocket sender = DatagramSocket.unnamed();
                Ancillary into = new Ancillary()) {
            sender.sendTo(address, buffer, 0, 3, descriptors);
            assertEquals(3, receiver.receive(buffer, 0, 64, into));
            act.on(into);
        }
    }

    private interface Act {
        void on(Ancillary received) throws Exception;
    }

    @Test
    void aConnectionIsHandedOn() throws Exception {
        try (SocketPair<StreamSocket> handed = StreamSocket.pair()) {
            overEachType(
                    received -> {
                        assertEquals(1, received.descriptors());
                        try (StreamSocket socket = received.take().toStreamSocket()) {
                            send(handed.first(), "to whoever has it");
                            assertEquals("to whoever has it", receive(socket));
                        }
                    },
                    handed.second());
        }
    }

    @Test
    void aListenerIsHandedOn() throws Exception {
        Address address = Connected.freeName();
        try (StreamListener listener = StreamListener.bind(address).listen(5)) {
            overEachType(
                    received -> {
                        try (StreamListener mine = received.take().toStreamListener();
                                StreamSocket client =
                                        StreamSocket.connect(address, Connected.PATIENCE);
                                StreamSocket server = mine.accept()) {
                            send(client, "hello");
                            assertEquals("hello", receive(server));
                        }
                    },
                    listener);
        }
    }

    @Test
    void socketsThatCarryMessagesAreHandedOn() throws Exception {
        Address address = Connected.freeName();
        try (SocketPair<SeqpacketSocket> packets = SeqpacketSocket.pair();
                SocketPair<DatagramSocket> datagrams = DatagramSocket.pair();
                SeqpacketListener listener = SeqpacketListener.bind(address).listen(1)) {
            overEachType(
                    received -> {
                        assertEquals(3, received.descriptors());
                        try (SeqpacketSocket packet = received.take().toSeqpacketSocket();
                                DatagramSocket datagram = received.take().toDatagramSocket();
                                SeqpacketListener mine = received.take().toSeqpacketListener()) {
                            Messages.send(packet, "p");
                            assertEquals("p", Messages.receive(packets.first()));
                            Messages.send(datagram, "d");
                            assertEquals("d", Messages.receive(datagrams.first()));
                            assertEquals(address, mine.address());
                        }
                    },
                    packets.second(),
                    datagrams.second(),
                    listener);
        }
    }

    @Test
    void theFileOfAChannelIsHandedOn() throws Exception {
        Path path = folder.resolve("file");
        try (FileChannel written =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            written.write(ByteBuffer.wrap("content".getBytes(UTF_8)));
            try (OpenFile file = OpenFile.openReadOnly(path)) {
                overEachType(
                        received -> {
                            try (OpenFile mine = received.take();
                                    Arena arena = Arena.ofConfined();
                                    FileChannel channel = mine.channel(StandardOpenOption.READ)) {
                                ByteBuffer content = ByteBuffer.allocate(64);
                                assertEquals(7, channel.read(content));
                                assertEquals("content", new String(content.array(), 0, 7, UTF_8));
                                assertEquals(7, mine.size());
                                assertEquals('c', mine.mapReadOnly(arena).get(BYTE, 0));
                                assertErrno(Errno.EACCES, () -> mine.map(arena));
                            }
                        },
                        file);
            }
        }
    }

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static void assertErrno(Errno errno, Executable call) {
        assertEquals(errno, assertThrows(SyscallException.class, call).errno());
    }

    @Test
    void aMemoryFileIsSharedAndItsSealsAreSeenByTheReceiver() throws Exception {
        Set<OpenFile.Seal> seals = EnumSet.of(OpenFile.Seal.SHRINK, OpenFile.Seal.GROW);
        try (OpenFile memory = OpenFile.memory("shared", 4096);
                Arena arena = Arena.ofConfined()) {
            assertEquals(Set.of(), memory.seals());
            memory.seal(seals);
            MemorySegment ours = memory.map(arena);
            overEachType(
                    received -> {
                        try (OpenFile mine = received.take()) {
                            assertEquals(seals, mine.seals());
                            assertEquals(4096, mine.size());
                            MemorySegment theirs = mine.map(arena);
                            theirs.set(BYTE, 4095, (byte) 42);
                            assertEquals(42, ours.getAtIndex(BYTE, 4095));
                            ours.fill((byte) 0);
                        }
                    },
                    memory);
            memory.seal(EnumSet.of(OpenFile.Seal.SEAL));
            assertErrno(Errno.EPERM, () -> memory.seal(EnumSet.of(OpenFile.Seal.WRITE)));
        }
    }

    @Test
    void asManyAsTheKernelTakesGoWithOneMessage() throws Exception {
        try (OpenFile memory = OpenFile.memory("many", 1)) {
            HasDescriptor[] all = new HasDescriptor[MOST];
            Arrays.fill(all, memory);
            overEachType(
                    received -> {
                        assertEquals(MOST, received.descriptors());
                        try (OpenFile last = last(received)) {
                            assertEquals(1, last.size());
                        }
                    },
                    all);
        }
    }

    private static OpenFile last(Ancillary received) {
        OpenFile one = received.take();
        while (received.descriptors() > 0) {
            one.close();
            one = received.take();
        }
        return one;
    }

    @Test
    void theyAreCloseOnExec() throws Exception {
        try (OpenFile memory = OpenFile.memory("inherited?", 1)) {
            overEachType(
                    received -> {
                        try (OpenFile mine = received.take()) {
                            int fd = mine.descriptor().acquire();
                            String info = Files.readString(Path.of("/proc/self/fdinfo/" + fd));
                            mine.descriptor().release();
                            String flags = info.replaceAll("(?s).*flags:\\s*(\\d+).*", "$1");
                            assertEquals(O_CLOEXEC, Integer.parseInt(flags, 8) & O_CLOEXEC);
                        }
                    },
                    memory);
        }
    }

    @Test
    void whatNobodyTakesIsClosedByTheNextReadAndByClose() throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile memory = OpenFile.memory("unwanted", 1);
                Ancillary into = new Ancillary()) {
            long without = Messages.openDescriptors();
            pair.first().write(buffer, 0, 1, memory, memory, memory);
            pair.second().read(buffer, 0, 1, into);
            into.take().close();
            assertEquals(without + 2, Messages.openDescriptors());
            pair.first().write(buffer, 0, 1);
            pair.second().read(buffer, 0, 1, into);
            assertEquals(0, into.descriptors());
            Connected.assertNoneIsLeft(without, Messages.openDescriptors());

            pair.first().write(buffer, 0, 1, memory);
            pair.second().read(buffer, 0, 1, into);
            into.close();
            Connected.assertNoneIsLeft(without, Messages.openDescriptors());
            assertThrows(IllegalStateException.class, into::take);
        }
    }

    @Test
    void whatCameIntoGarbageIsClosed() throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile memory = OpenFile.memory("garbage", 1)) {
            long without = Messages.openDescriptors();
            pair.first().write(buffer, 0, 1, memory, memory);
            pair.second().read(buffer, 0, 1, new Ancillary());
            long end = System.nanoTime() + Connected.PATIENCE.toNanos();
            while (Messages.openDescriptors() > without) {
                assertTrue(System.nanoTime() < end, "it is not closed");
                System.gc();
            }
        }
    }

    /** The reads of a receiver that did not ask: the kernel closes what came. */
    @Test
    void aReceiverThatDoesNotAskLeaksNothing() throws Exception {
        try (SocketPair<StreamSocket> streams = StreamSocket.pair();
                SocketPair<SeqpacketSocket> packets = SeqpacketSocket.pair();
                OpenFile memory = OpenFile.memory("unasked", 1)) {
            long without = Messages.openDescriptors();
            for (int i = 0; i < 3; i++) {
                streams.first().write(buffer, 0, 1, memory);
                packets.first().send(buffer, 0, 1, memory);
            }
            streams.second().read(buffer, 0, 1);
            streams.second().readNow(buffer, 0, 1);
            streams.second().read(new byte[1], 0, 1);
            packets.second().receive(buffer, 0, 1);
            packets.second().receiveNow(buffer, 0, 1);
            Connected.assertNoneIsLeft(without, Messages.openDescriptors());
        }
    }

    @Test
    void theyComeWithTheFirstBytesHoweverTheReadsSplitThese() throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile one = OpenFile.memory("one", 1);
                OpenFile two = OpenFile.memory("two", 2);
                Ancillary into = new Ancillary()) {
            pair.first().write(buffer, 0, 6, one);
            pair.first().write(buffer, 0, 6, two);
            pair.first().write(buffer, 0, 6, one);
            assertEquals(4, pair.second().read(buffer, 0, 4, into));
            assertEquals(1, sizeOfTheOnly(into));
            assertEquals(8, pair.second().read(buffer, 0, 64, into), "the rest and the second");
            assertEquals(2, sizeOfTheOnly(into));
            assertEquals(6, pair.second().read(buffer, 0, 64, into));
            assertEquals(1, sizeOfTheOnly(into));
        }
    }

    private static long sizeOfTheOnly(Ancillary received) throws IOException {
        try (OpenFile file = received.take()) {
            assertEquals(0, received.descriptors());
            return file.size();
        }
    }

    /** More bytes than the peer's buffer holds: the descriptors go once, with the first of them. */
    @ParameterizedTest
    @EnumSource
    void aLongWriteSendsThemOnce(Way way) throws Exception {
        long length = 4 << 20;
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile memory = OpenFile.memory("once", 1);
                Ancillary into = new Ancillary();
                Arena arena = Arena.ofShared()) {
            pair.first().waiting(way.waiting);
            MemorySegment bytes = arena.allocate(length);
            Way.Task<Long> writer = way.start(() -> pair.first().write(bytes, 0, length, memory));
            int descriptors = 0;
            for (long read = 0; read < length; ) {
                read += pair.second().read(bytes, 0, 1 << 16, into);
                descriptors += into.descriptors();
            }
            assertEquals(length, writer.result());
            assertEquals(1, descriptors);
        }
    }

    @Test
    void aMessageThatIsCutKeepsItsDescriptors() throws Exception {
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair();
                OpenFile memory = OpenFile.memory("cut", 5);
                Ancillary into = new Ancillary()) {
            pair.first().send(buffer, 0, 9, memory);
            assertThrows(TruncatedException.class, () -> pair.second().receive(buffer, 0, 4, into));
            assertEquals(5, sizeOfTheOnly(into));
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingOneThatWasHandedOnEndsItsCallsAndLeavesItToTheSender(Way way) throws Exception {
        Address address = Connected.freeName();
        try (SocketPair<StreamSocket> streams = StreamSocket.pair();
                SocketPair<SeqpacketSocket> packets = SeqpacketSocket.pair();
                DatagramSocket bound = DatagramSocket.bind(address);
                Ancillary into = new Ancillary()) {
            packets.first().send(buffer, 0, 1, streams.second(), packets.second(), bound);
            packets.second().receive(buffer, 0, 1, into);
            StreamSocket stream = into.take().toStreamSocket().waiting(way.waiting);
            SeqpacketSocket packet = into.take().toSeqpacketSocket().waiting(way.waiting);
            DatagramSocket datagram = into.take().toDatagramSocket().waiting(way.waiting);
            closeUnder(way.start(() -> receive(stream)), stream.state());
            closeUnder(way.start(() -> Messages.receive(packet)), packet.state());
            closeUnder(way.start(() -> Messages.receive(datagram)), datagram.state());

            send(streams.first(), "still open");
            assertEquals("still open", receive(streams.second()));
            Messages.send(packets.first(), "still open");
            assertEquals("still open", Messages.receive(packets.second()));
            Messages.sendTo(bound, address, "still open");
            assertEquals("still open", Messages.receive(bound));
        }
    }

    private static void closeUnder(Way.Task<String> receiver, SocketState socket) throws Exception {
        receiver.awaitWaiting(socket);
        socket.close();
        assertInstanceOf(SocketClosedException.class, receiver.failure());
    }

    @Test
    void whatIsNotASocketOfThatKindIsRefusedAndStaysAsItIs() throws Exception {
        try (OpenFile memory = OpenFile.memory("no socket", 3);
                SocketPair<StreamSocket> pair = StreamSocket.pair();
                Ancillary into = new Ancillary()) {
            pair.first().write(buffer, 0, 1, memory, pair.first());
            pair.second().read(buffer, 0, 1, into);
            try (OpenFile file = into.take();
                    OpenFile socket = into.take()) {
                IOException refused = assertThrows(IOException.class, file::toStreamSocket);
                assertTrue(refused.getMessage().endsWith(" is not a socket"), refused::getMessage);
                assertThrows(IOException.class, socket::toSeqpacketSocket);
                assertThrows(IOException.class, socket::toDatagramSocket);
                assertThrows(IOException.class, socket::toStreamListener);
                assertEquals(3, file.size());
                assertTrue(socket.isOpen());
            }
        }
    }

    @Test
    void tooManyClosedOnesAndNoneAreRefusedAndTheSocketIsOfUse() throws Exception {
        OpenFile closed = OpenFile.memory("closed", 1);
        closed.close();
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile memory = OpenFile.memory("refused", 1);
                Ancillary into = new Ancillary()) {
            HasDescriptor[] tooMany = new HasDescriptor[MOST + 1];
            Arrays.fill(tooMany, memory);
            assertRefused("a message takes 253 descriptors at most, not 254", pair, 1, tooMany);
            assertRefused(
                    "descriptor 2 of the 2 to send is closed: OpenFile[closed]",
                    pair,
                    1,
                    memory,
                    closed);
            assertRefused(
                    "descriptors go with at least 1 byte of a stream, and the length is 0",
                    pair,
                    0,
                    memory);
            assertThrows(
                    NullPointerException.class,
                    () -> pair.first().write(buffer, 0, 1, memory, null));
            pair.first().write(buffer, 0, 1, memory);
            pair.second().read(buffer, 0, 64, into);
            assertEquals(1, sizeOfTheOnly(into));
        }
        try (Connected tcp = Connected.over(Address.loopback(0));
                OpenFile memory = OpenFile.memory("tcp", 1);
                Ancillary into = new Ancillary()) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> tcp.client().write(buffer, 0, 1, memory));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> tcp.client().read(buffer, 0, 1, into));
        }
    }

    private void assertRefused(
            String message, SocketPair<StreamSocket> pair, long length, HasDescriptor... all) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> pair.first().write(buffer, 0, length, all))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> pair.first().writeNow(buffer, 0, length, all));
    }

    @Test
    void aFileThatIsClosedSaysSo() throws Exception {
        OpenFile closed = OpenFile.memory("closed", 1);
        closed.close();
        closed.close();
        assertFalse(closed.isOpen());
        for (Executable call :
                List.<Executable>of(
                        closed::size,
                        closed::seals,
                        closed::channel,
                        closed::toStreamSocket,
                        () -> closed.map(Arena.ofAuto()))) {
            String message = assertThrows(IOException.class, call).getMessage();
            assertTrue(message.contains("closed by this process: closed"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> OpenFile.memory("negative", -1));
        assertThrows(IllegalArgumentException.class, () -> OpenFile.memory("a\0b", 1));
        assertErrno(Errno.EINVAL, () -> OpenFile.memory("x".repeat(250), 1));
        assertThrows(IllegalArgumentException.class, () -> OpenFile.adopt(-1));
        try (OpenFile empty = OpenFile.memory("empty", 0)) {
            assertThrows(IllegalArgumentException.class, () -> empty.map(Arena.ofAuto()));
        }
    }
}
