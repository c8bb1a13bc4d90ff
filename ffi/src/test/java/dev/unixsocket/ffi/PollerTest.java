package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waiting for many sockets, and the calls on them that never wait. */
class PollerTest {

    private static final Duration PATIENCE = Connected.PATIENCE;

    @TempDir Path folder;

    private final MemorySegment buffer = Arena.ofAuto().allocate(64 * 1024);
    private final List<AutoCloseable> toClose = new ArrayList<>();

    /** The ways to wait. */
    enum Kind {
        /** What this operating system has. */
        BEST,
        /** What every operating system has. */
        POLL;

        Poller open() throws IOException {
            return this == BEST ? Poller.open() : new PollPoller();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : toClose.reversed()) {
            resource.close();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theBestOfLinuxIsEpoll() throws IOException {
        assertInstanceOf(EpollPoller.class, open(Kind.BEST));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConnectionMakesItsListenerReady(Kind kind) throws IOException {
        Poller poller = open(kind);
        StreamListener listener = listener();
        List<Integer> ready = new ArrayList<>();
        poller.register(listener, ready::add);
        connect(listener);
        poller.dispatch(PATIENCE);
        assertEquals(List.of(Poller.READ), ready);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsNotReadIsReportedAgain(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair pair = pair();
        List<Integer> ready = new ArrayList<>();
        poller.register(pair.accepted, Poller.READ, ready::add);
        pair.connected.write(buffer, 0, 1);
        poller.dispatch(PATIENCE);
        poller.dispatch(PATIENCE);
        assertEquals(List.of(Poller.READ, Poller.READ), ready);
        assertEquals(1, pair.accepted.readNow(buffer, 0, 10));
        poller.dispatch(Duration.ofMillis(1));
        assertEquals(2, ready.size());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anInterestCanBeChanged(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair pair = pair();
        List<Integer> ready = new ArrayList<>();
        Registration registration = poller.register(pair.accepted, Poller.READ, ready::add);
        registration.interest(Poller.READ | Poller.WRITE);
        poller.dispatch(PATIENCE);
        registration.interest(0);
        poller.dispatch(Duration.ofMillis(1));
        assertEquals(List.of(Poller.WRITE), ready);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aPeerThatClosedIsReportedWhateverTheInterest(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair pair = pair();
        List<Integer> ready = new ArrayList<>();
        poller.register(pair.accepted, 0, ready::add);
        pair.connected.close();
        poller.dispatch(PATIENCE);
        assertEquals(List.of(Poller.READ | Poller.WRITE), ready);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofManyOnlyThoseThatAreReadyAreReported(Kind kind) throws IOException {
        Poller poller = open(kind);
        List<Pair> pairs = new ArrayList<>();
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            Pair pair = pair();
            pairs.add(pair);
            poller.register(pair.accepted, Poller.READ, _ -> ready.add(number));
        }
        pairs.get(7).connected.write(buffer, 0, 1);
        pairs.get(93).connected.write(buffer, 0, 1);
        poller.dispatch(PATIENCE);
        assertEquals(List.of(7, 93), ready);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aHandlerMayCancelAnotherThatIsReadyToo(Kind kind) throws IOException {
        Poller poller = open(kind);
        List<Registration> registrations = new ArrayList<>();
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int number = i;
            Pair pair = pair();
            registrations.add(
                    poller.register(
                            pair.accepted,
                            Poller.READ,
                            _ -> {
                                ready.add(number);
                                registrations.get(1 - number).cancel();
                            }));
            pair.connected.write(buffer, 0, 1);
        }
        poller.dispatch(PATIENCE);
        assertEquals(1, ready.size());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherThreadCanWakeIt(Kind kind) throws Exception {
        Poller poller = open(kind);
        Thread waker = Thread.ofPlatform().start(poller::wakeUp);
        poller.dispatch();
        assertTrue(waker.join(PATIENCE));
        poller.wakeUp();
        poller.wakeUp();
        poller.dispatch();
        poller.dispatch(Duration.ofMillis(1)); // both were taken
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWakeUpDuringAnotherLosesNoneAfterIt(Kind kind) throws Exception {
        Poller poller = open(kind);
        List<Thread> wakers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            wakers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int times = 0; times < 300_000; times++) {
                                            poller.wakeUp();
                                        }
                                    }));
        }
        while (wakers.stream().anyMatch(Thread::isAlive)) {
            poller.dispatch(Duration.ofMillis(1));
        }
        Thread last = Thread.ofPlatform().daemon().start(() -> dispatch(poller));
        poller.wakeUp();
        assertTrue(last.join(PATIENCE));
    }

    private static void dispatch(Poller poller) {
        try {
            poller.dispatch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process may hold a listener too: epoll forgets it with its last descriptor. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    @EnabledOnOs(OS.LINUX)
    void whatIsCancelledOrClosedIsReportedNoMore(Kind kind) throws IOException {
        Poller poller = open(kind);
        for (boolean cancel : new boolean[] {true, false}) {
            StreamListener listener = listener();
            int elsewhere = duplicate(listener.state());
            List<Integer> ready = new ArrayList<>();
            Registration registration = poller.register(listener, ready::add);
            if (cancel) {
                registration.cancel();
            }
            listener.close();
            StreamSocket.connect(listener.address(), PATIENCE).close();
            long begin = System.nanoTime();
            poller.dispatchNow();
            poller.dispatch(Duration.ofMillis(20)); // the first may be of a wake-up
            poller.dispatch(Duration.ofMillis(20));
            assertTrue(System.nanoTime() - begin >= 20_000_000, "it returned at once");
            registration.cancel();
            registration.cancel();
            assertEquals(List.of(), ready);
            Syscalls.close(elsewhere);
        }
    }

    /** fcntl(2), {@code F_DUPFD}: as a child that inherits it. */
    private static int duplicate(SocketState socket) {
        int fd = socket.descriptor().acquire();
        try {
            return Syscalls.fcntl(fd, 0, 0);
        } finally {
            socket.descriptor().release();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cancellingLateLeavesTheNextSocketOfThatNumberAlone(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair first = pair();
        Registration late = poller.register(first.accepted, Poller.READ, _ -> {});
        first.accepted.close();
        Pair second = pair(); // has the number of one that was closed
        List<Integer> ready = new ArrayList<>();
        poller.register(second.connected, Poller.READ, ready::add);
        poller.register(second.accepted, Poller.READ, ready::add);
        late.cancel();
        second.connected.write(buffer, 0, 1);
        second.accepted.write(buffer, 0, 1);
        while (ready.size() < 2) {
            poller.dispatch(PATIENCE);
        }
        assertEquals(List.of(Poller.READ, Poller.READ), ready);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aHandlerIsNotToldWhatTheOneBeforeItInItsPlaceWasReadyFor(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair first = pair();
        Pair second = pair();
        Pair quiet = pair();
        List<Registration> both = new ArrayList<>();
        Poller.Handler replace =
                _ -> {
                    both.forEach(Registration::cancel);
                    both.clear();
                    try {
                        poller.register(quiet.accepted, Poller.READ, _ -> Assertions.fail("told"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        both.add(poller.register(first.accepted, Poller.READ, replace));
        both.add(poller.register(second.accepted, Poller.READ, replace));
        first.connected.write(buffer, 0, 1);
        second.connected.write(buffer, 0, 1);
        poller.dispatch(PATIENCE);
        assertEquals(List.of(), both);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @EnabledOnOs(OS.LINUX)
    void closingAgainAndWakingLateTouchNobodyElse(Kind kind) throws IOException {
        Poller poller = kind.open();
        poller.close();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pairs.add(pair()); // with the numbers that the poller had
        }
        poller.wakeUp();
        poller.close();
        for (Pair pair : pairs) {
            assertEquals(StreamSocket.WOULD_WAIT, pair.connected.readNow(buffer, 0, 10));
            assertEquals(StreamSocket.WOULD_WAIT, pair.accepted.readNow(buffer, 0, 10));
        }
        assertThrows(IllegalStateException.class, () -> poller.dispatch(PATIENCE));
    }

    /** The selection key of a JDK selector keeps its channel too. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    @EnabledOnOs(OS.LINUX)
    void whatIsWatchedIsNotGarbage(Kind kind) throws IOException {
        Poller poller = open(kind);
        StreamListener listener = listener();
        List<Integer> ready = new ArrayList<>();
        try (StreamSocket peer = watched(poller, listener, ready)) {
            long before = Connected.openSockets();
            Connected.locally(); // garbage, which shows that it was collected
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (Connected.openSockets() > before && System.nanoTime() < end) {
                System.gc();
            }
            peer.write(buffer, 0, 1);
            while (ready.isEmpty()) {
                poller.dispatch(PATIENCE);
            }
        }
    }

    /** The other end of a connection that only the poller knows. */
    private static StreamSocket watched(Poller poller, StreamListener listener, List<Integer> ready)
            throws IOException {
        StreamSocket peer = StreamSocket.connect(listener.address(), PATIENCE);
        poller.register(listener.accept(), Poller.READ, ready::add);
        return peer;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherThreadMayCloseItUnderADispatch(Kind kind) throws Exception {
        for (int i = 0; i < 20; i++) {
            Poller poller = kind.open();
            WatchedThread<Void> dispatcher =
                    WatchedThread.start(
                            () -> {
                                while (true) {
                                    poller.dispatch();
                                }
                            });
            if (i % 2 == 0) {
                dispatcher.awaitBlocked();
            }
            poller.close();
            assertEquals("the poller is closed", dispatcher.failure().getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWrongInterestOrASecondRegistrationIsRefused(Kind kind) throws IOException {
        Poller poller = open(kind);
        Pair pair = pair();
        for (int interest : new int[] {-1, 4, 7}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> poller.register(pair.accepted, interest, _ -> {}));
        }
        assertThrows(
                NullPointerException.class,
                () -> poller.register(pair.accepted, Poller.READ, null));
        Registration first = poller.register(pair.accepted, Poller.READ, _ -> {});
        assertThrows(IllegalArgumentException.class, () -> first.interest(8));
        assertThrows(
                IllegalStateException.class,
                () -> poller.register(pair.accepted, Poller.WRITE, _ -> {}));
        first.cancel();
        assertThrows(IllegalStateException.class, () -> first.interest(0));
        poller.register(pair.accepted, Poller.WRITE, _ -> {});
    }

    /** A socket that is closed and not cancelled leaves nothing in the poller. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsClosedIsForgotten(Kind kind) throws IOException {
        Poller poller = open(kind);
        int before = poller.registrations().size();
        for (int i = 0; i < 100; i++) {
            Pair pair = pair();
            poller.register(pair.accepted, Poller.READ, _ -> {});
            pair.accepted.close();
            poller.dispatchNow();
        }
        assertEquals(before + 1, poller.registrations().size());
    }

    @Test
    void readNowFindsNothingAndThenTheEnd() throws IOException {
        Pair pair = pair();
        assertEquals(StreamSocket.WOULD_WAIT, pair.accepted.readNow(buffer, 0, 10));
        pair.connected.close();
        assertEquals(0, pair.accepted.readNow(buffer, 0, 10));
    }

    @Test
    void writeNowFillsTheKernelsBufferAndThenWouldWait() throws IOException {
        Pair pair = pair();
        long written = 0;
        long taken = pair.connected.writeNow(buffer, 0, buffer.byteSize());
        while (taken != StreamSocket.WOULD_WAIT) {
            written += taken;
            taken = pair.connected.writeNow(buffer, 0, buffer.byteSize());
        }
        assertTrue(written > 0);
        pair.accepted.close();
        SyscallException gone =
                assertThrows(SyscallException.class, () -> pair.connected.writeNow(buffer, 0, 1));
        assertEquals(Errno.EPIPE, gone.errno());
    }

    @Test
    void acceptNowFindsNothing() throws IOException {
        StreamListener listener = listener().nonBlocking();
        assertFalse(listener.acceptNow(StreamSocket.closed()));
        connect(listener);
        StreamSocket accepted = StreamSocket.closed();
        assertTrue(listener.acceptNow(accepted));
        toClose.add(accepted);
    }

    @Test
    void aListenerThatWasDetachedIsClosedHereAndOpenInTheKernel() throws IOException {
        StreamListener listener = listener();
        int fd = listener.detach();
        assertFalse(listener.isOpen());
        assertThrows(SocketClosedException.class, listener::accept);
        StreamSocket.connect(listener.address(), PATIENCE).close();
        Syscalls.close(fd);
        assertThrows(IllegalStateException.class, listener::detach);
    }

    @Test
    void aFileIsNoTerminal() {
        assertEquals(0, Syscalls.isatty(-1));
    }

    private record Pair(StreamSocket connected, StreamSocket accepted) {}

    private Pair pair() throws IOException {
        StreamListener listener = listener();
        StreamSocket connected = connect(listener);
        StreamSocket accepted = listener.accept();
        toClose.add(accepted);
        return new Pair(connected, accepted);
    }

    private StreamSocket connect(StreamListener listener) throws IOException {
        StreamSocket connected = StreamSocket.connect(listener.address(), PATIENCE);
        toClose.add(connected);
        return connected;
    }

    private StreamListener listener() throws IOException {
        Path path = folder.resolve("s" + toClose.size());
        StreamListener listener = StreamListener.bind(Address.path(path)).listen(5);
        toClose.add(listener);
        return listener;
    }

    private Poller open(Kind kind) throws IOException {
        Poller poller = kind.open();
        toClose.add(poller);
        return poller;
    }
}
