package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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
}
