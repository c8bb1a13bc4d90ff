package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The poller that wakes parked threads, by what each operating system has. */
@EnabledOnOs(OS.LINUX)
class WakeupsTest {

    /** The ways to wait for events. */
    enum Kind {
        EPOLL,
        POLL;

        Wakeups open() throws IOException {
            return this == EPOLL ? new EpollWakeups() : new PollWakeups();
        }
    }

    private final MemorySegment buffer = Arena.ofAuto().allocate(64 * 1024);

    private static int fd(StreamSocket socket) {
        int fd = socket.state().descriptor().acquire();
        socket.state().descriptor().release();
        return fd;
    }

    /** Dispatches until a direction has had another event. */
    private static void dispatchUntilAnEvent(Wakeups wakeups, Direction direction)
            throws Exception {
        int before = direction.events();
        WatchedThread<Void> dispatcher =
                WatchedThread.start(
                        () -> {
                            while (direction.events() == before) {
                                wakeups.dispatch();
                            }
                            return null;
                        });
        dispatcher.result();
        assertTrue(direction.events() != before);
    }

    @ParameterizedTest
    @EnumSource
    void bytesAreAnEventOfTheInput(Kind kind) throws Exception {
        Wakeups wakeups = kind.open();
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            assertEquals(0, wakeups.add(server.state(), fd(server), false));
            Connected.send(connected.client(), "x");
            dispatchUntilAnEvent(wakeups, server.state().input());
            assertEquals(0, wakeups.change(server.state(), fd(server), false));
            Connected.send(connected.client(), "y");
            dispatchUntilAnEvent(wakeups, server.state().input());
            wakeups.remove(fd(server));
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomIsAnEventOfTheOutput(Kind kind) throws Exception {
        Wakeups wakeups = kind.open();
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            while (server.writeNow(buffer, 0, buffer.byteSize()) >= 0) {}
            assertEquals(0, wakeups.add(server.state(), fd(server), true));
            while (connected.client().readNow(buffer, 0, buffer.byteSize()) >= 0) {}
            dispatchUntilAnEvent(wakeups, server.state().output());
            wakeups.remove(fd(server));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndIsAnEventOfBoth(Kind kind) throws Exception {
        Wakeups wakeups = kind.open();
        try (Connected connected = Connected.locally()) {
            StreamSocket server = connected.server();
            assertEquals(0, wakeups.add(server.state(), fd(server), true));
            connected.client().close();
            dispatchUntilAnEvent(wakeups, server.state().input());
            wakeups.remove(fd(server));
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyDescriptorsAreWatchedAtOnce(Kind kind) throws Exception {
        Wakeups wakeups = kind.open();
        Connected[] all = new Connected[300];
        for (int i = 0; i < all.length; i++) {
            all[i] = Connected.locally();
            StreamSocket server = all[i].server();
            assertEquals(0, wakeups.add(server.state(), fd(server), false));
        }
        for (Connected connected : all) {
            Connected.send(connected.client(), "x");
            dispatchUntilAnEvent(wakeups, connected.server().state().input());
        }
        for (Connected connected : all) {
            wakeups.remove(fd(connected.server()));
            connected.close();
        }
    }

    /** Several events at once are handed out by a virtual thread, which may get no carrier. */
    @Test
    void eventsAreHandedOutAlsoWhileAllCarriersAreBusy() throws Exception {
        Wakeups wakeups = Kind.EPOLL.open();
        AtomicBoolean released = new AtomicBoolean();
        List<Thread> busy = new ArrayList<>();
        try (Connected one = Connected.locally();
                Connected other = Connected.locally()) {
            Direction input = one.server().state().input();
            for (Connected each : List.of(one, other)) {
                StreamSocket server = each.server();
                assertEquals(0, wakeups.add(server.state(), fd(server), false));
                Connected.send(each.client(), "x");
            }
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(Thread.startVirtualThread(() -> spinUntil(released)));
            }
            dispatchUntilAnEvent(wakeups, input); // two events at once
            Connected.send(one.client(), "y");
            dispatchUntilAnEvent(wakeups, input);
            wakeups.remove(fd(one.server()));
            wakeups.remove(fd(other.server()));
        } finally {
            released.set(true);
            for (Thread thread : busy) {
                assertTrue(thread.join(Connected.PATIENCE));
            }
        }
    }

    private static void spinUntil(AtomicBoolean released) {
        while (!released.get()) {
            Thread.onSpinWait();
        }
    }
}
