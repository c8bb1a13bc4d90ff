package dev.unixsocket.ffi;

import com.sun.management.ThreadMXBean;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Measures how much heap the thread that serves, or asks, takes. */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration BUDGET = Duration.ofNanos(50_000);

    private Allocation() {}

    interface Act {
        void once() throws IOException;
    }

    static void measure() throws IOException {
        try (Arena shared = Arena.ofShared()) {
            MemorySegment buffer = shared.allocate(64);
            transfers(buffer);
            otherShapes(Waiting.block());
            otherShapes(Waiting.park());
            connections(buffer, Connected.freeName());
            connections(buffer, Address.loopback(0));
            requests("requests", buffer, Waiting.block());
            requests("requests that spin", buffer, Waiting.spin(BUDGET));
            requests("requests that adapt", buffer, Waiting.adaptive(BUDGET));
            requests("requests that park", buffer, Waiting.park());
            shared("shared memory", Waiting.block());
            shared("shared memory that spins", Waiting.spin(BUDGET));
            shared("shared memory that adapts", Waiting.adaptive(BUDGET));
            shared("shared memory that parks", Waiting.park());
        }
    }

    private static void transfers(MemorySegment buffer) throws IOException {
        try (Connected connected = Connected.locally()) {
            rounds(
                    "transfers",
                    20_000,
                    () -> {
                        connected.client().write(buffer, 0, 64);
                        connected.server().read(buffer, 0, 32);
                        connected.server().read(buffer, 7, 32);
                        connected.server().write(buffer, 8, 16);
                        connected.server().write(buffer, 9, 16);
                        connected.client().read(buffer, 0, 32);
                    });
        }
    }

    /** Vectors of native memory, a direct buffer, an array, and a look at what comes. */
    private static void otherShapes(Waiting waiting) throws IOException {
        MemorySegment memory = Arena.global().allocate(64);
        MemorySegment[] vector = {memory.asSlice(0, 16), memory.asSlice(20, 30)};
        ByteBuffer direct = ByteBuffer.allocateDirect(46);
        byte[] array = new byte[46];
        try (Connected connected = Connected.locally()) {
            connected.client().waiting(waiting);
            connected.server().waiting(waiting);
            rounds(
                    "other shapes",
                    5_000,
                    () -> {
                        connected.client().write(vector);
                        connected.server().peek(memory, 0, 64);
                        connected.server().read(vector);
                        connected.server().write(direct.clear());
                        connected.client().read(direct.clear());
                        connected.client().write(array, 0, 46);
                        connected.server().read(array, 0, 46);
                    });
        }
    }

    private static void connections(MemorySegment buffer, Address address) throws IOException {
        try (StreamListener listener = StreamListener.bind(address).listen(5)) {
            Thread.ofPlatform().daemon().start(() -> connectWhileItListens(listener));
            StreamSocket socket = StreamSocket.closed();
            CredentialsBuffer credentials = new CredentialsBuffer();
            boolean unix = !(address instanceof Address.Loopback);
            rounds(
                    unix ? "connections" : "TCP connections",
                    5_000,
                    () -> {
                        listener.accept(socket);
                        if (unix) {
                            socket.peerCredentials(credentials);
                        }
                        socket.receiveTimeout(TIMEOUT);
                        socket.sendTimeout(TIMEOUT);
                        socket.read(buffer, 0, 16);
                        socket.write(buffer, 16, 16);
                        socket.close();
                    });
        }
    }

    private static void requests(String name, MemorySegment buffer, Waiting waiting)
            throws IOException {
        Address address = Connected.freeName();
        try (StreamListener listener = StreamListener.bind(address).listen(5)) {
            listener.waiting(waiting);
            Thread.ofPlatform().daemon().start(() -> answerWhileItListens(listener));
            StreamSocket socket = StreamSocket.closed().waiting(waiting);
            rounds(
                    name,
                    5_000,
                    () -> {
                        StreamSocket.connect(address, TIMEOUT, socket);
                        socket.write(buffer, 0, 16);
                        socket.read(buffer, 16, 16);
                        socket.close();
                    });
        }
    }

    /** Messages there and back, from memory of each kind, and in place. */
    private static void shared(String name, Waiting waiting) throws IOException {
        MemorySegment memory = Arena.global().allocate(64);
        ByteBuffer direct = ByteBuffer.allocateDirect(64);
        byte[] array = new byte[64];
        try (Shared shared = Shared.with(waiting)) {
            SharedMemorySocket socket = shared.offerer();
            Thread.ofPlatform().daemon().start(() -> ChildRings.echo(shared.accepter()));
            rounds(
                    name,
                    5_000,
                    () -> {
                        socket.write(memory, 0, 64);
                        socket.read(memory, 0, 64);
                        socket.write(array, 0, 64);
                        socket.read(array, 0, 64);
                        socket.write(direct.clear());
                        socket.read(direct.clear());
                        socket.outputMemory()
                                .set(ValueLayout.JAVA_BYTE, socket.claim(64), (byte) 1);
                        socket.publish(64);
                        socket.release(socket.awaitInput(64));
                    });
        }
    }

    private static void answerWhileItListens(StreamListener listener) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            while (true) {
                try (StreamSocket socket = listener.accept()) {
                    socket.read(buffer, 0, 16);
                    socket.write(buffer, 0, 16);
                }
            }
        } catch (IOException theListenerIsGone) {
            return;
        }
    }

    private static void connectWhileItListens(StreamListener listener) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            while (true) {
                try (StreamSocket socket =
                        StreamSocket.connect(listener.address(), Duration.ZERO)) {
                    socket.write(buffer, 0, 16);
                    socket.read(buffer, 0, 16);
                }
            }
        } catch (IOException theListenerIsGone) {
            return;
        }
    }

    /** Until two rounds in a row allocate nothing: the compiler is done then. */
    static void rounds(String name, int times, Act act) throws IOException {
        long first = round(times, act);
        long before = first;
        long now = round(times, act);
        for (int more = 0; more < 15 && before + now > 0; more++) {
            before = now;
            now = round(times, act);
        }
        System.out.println(name + ": " + now + " bytes in " + times + " times");
    }

    private static long round(int times, Act act) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            act.once();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
