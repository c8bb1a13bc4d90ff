package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of shared memory run in a process of its own. */
final class ChildRings {

    private static final long BYTES = 64;

    private ChildRings() {}

    /** So many messages there and back, by two threads that spin. */
    static void exchange(int times) throws Exception {
        try (Shared shared = Shared.with(Waiting.spin(Duration.ofSeconds(9)));
                Arena arena = Arena.ofShared()) {
            Thread echo = Thread.ofPlatform().start(() -> echo(shared.accepter()));
            MemorySegment buffer = arena.allocate(BYTES);
            for (int i = 0; i < times; i++) {
                shared.offerer().write(buffer, 0, BYTES);
                for (long done = 0; done < BYTES; ) {
                    done += shared.offerer().read(buffer, 0, BYTES - done);
                }
            }
            shared.offerer().shutdownOutput();
            echo.join();
        }
    }

    /** Sends back what comes, until the end. */
    static void echo(SharedMemorySocket socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            for (long count; (count = socket.read(buffer, 0, buffer.byteSize())) > 0; ) {
                socket.write(buffer, 0, count);
            }
        } catch (IOException closed) {
            return;
        }
    }

    /** No descriptors are left on the side that offers, and then on the side that accepts. */
    static void withoutDescriptors() throws IOException {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair()) { // so that all is loaded
            byte[] bytes = new byte[8];
            pair.first().write(bytes, 0, 8);
            pair.second().read(bytes, 0, 8);
        }
        roundTrip("descriptors for all", 0, 0);
        roundTrip("none for the file", 1, 0);
        roundTrip("none for what came", 0, 1);
        roundTrip("descriptors again", 0, 0);
    }

    private static void roundTrip(String name, int usedBefore, int usedBetween) throws IOException {
        List<OpenFile> used = new ArrayList<>();
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                SharedMemorySocket offerer =
                        SharedMemorySocket.offer(pair.first(), Shared.CAPACITY);
                SharedMemorySocket accepter =
                        SharedMemorySocket.accept(pair.second(), Shared.NO_LIMIT)) {
            useUp(used, usedBefore);
            Shared.send(offerer, "request");
            useUp(used, usedBetween);
            String request = Shared.receive(accepter);
            Shared.send(accepter, "response");
            String response = Shared.receive(offerer);
            used.forEach(OpenFile::close);
            System.out.println(
                    "%s: %s, %s, %s"
                            .formatted(
                                    name,
                                    request,
                                    response,
                                    offerer.isShared() && accepter.isShared()));
        }
    }

    private static void useUp(List<OpenFile> used, int wanted) throws IOException {
        try {
            while (wanted > 0) {
                used.add(OpenFile.memory("used", 1));
            }
        } catch (SyscallException none) {
            if (none.errno() != Errno.EMFILE) {
                throw none;
            }
        }
    }
}
