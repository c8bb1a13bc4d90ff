package dev.unixsocket.services.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.DatagramSocket;
import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Which services the watchdog vouches for. */
@EnabledOnOs(OS.LINUX)
class ReportsTest {

    private static final int MOST_CONNECTIONS = 100;
    private static final int ALIVE_BYTES = 256;

    @TempDir Path folder;

    /** Whether one of the notifications that have come says that the service is alive. */
    private static boolean isVouchedFor(DatagramSocket manager, Arena arena) {
        MemorySegment room = arena.allocate(ALIVE_BYTES);
        try {
            for (long length; (length = manager.receiveNow(room, 0, ALIVE_BYTES)) >= 0; ) {
                byte[] text = room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                if (new String(text, StandardCharsets.US_ASCII).equals("WATCHDOG=1")) {
                    return true;
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return false;
    }

    @Test
    void aServiceThatAcceptsAndSeesToNothingIsNotVouchedFor() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger accepted = new AtomicInteger();
        Address notify = Address.path(folder.resolve("notify"));
        ServiceManager manager =
                new ServiceManager(
                        Map.of("NOTIFY_SOCKET", folder + "/notify", "WATCHDOG_USEC", "300000"));
        ListenerSpec spec =
                ListenerSpec.locked(
                        Address.path(folder.resolve("s.sock")), AccessPolicy.sameUser());
        try (Arena arena = Arena.ofConfined();
                DatagramSocket receiver = DatagramSocket.bind(notify);
                Listener listener = Listener.open(spec.passedBy(manager))) {
            PerConnection server =
                    new PerConnection(
                            listener,
                            MOST_CONNECTIONS,
                            _ -> {
                                accepted.incrementAndGet();
                                hang(released);
                            });
            Thread thread = Thread.ofPlatform().daemon().start(server::run);
            Activity activity = (Activity) listener.meter();
            try (Reports reports = new Reports(listener, manager, activity)) {
                reports.start();
                Program.await(() -> accepted.get() >= 3, "a third try of the watchdog");
                assertFalse(isVouchedFor(receiver, arena));
                released.countDown();
                Program.await(() -> isVouchedFor(receiver, arena), "that it is vouched for");
            }
            server.stop();
            assertTrue(thread.join(Program.PATIENCE));
        } finally {
            released.countDown();
        }
    }

    @Test
    void aStopBeforeItsStartIsNoFailure() throws Exception {
        ServiceManager manager = new ServiceManager(Map.of());
        ListenerSpec spec =
                ListenerSpec.locked(
                        Address.path(folder.resolve("s.sock")), AccessPolicy.sameUser());
        try (Listener listener = Listener.open(spec)) {
            Reports reports = new Reports(listener, manager, new Activity(Meter.NONE));
            reports.close();
            reports.start();
            reports.close();
        }
    }

    private static void hang(CountDownLatch released) throws IOException {
        try {
            released.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
