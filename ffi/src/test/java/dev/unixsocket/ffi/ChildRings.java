package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of shared memory run in a process of its own. */
final class ChildRings {

    private static final long BYTES = 64;

    /** A ring that takes much of an address space. */
    private static final long LARGE = 1 << 27;

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

    /** No address space is left on the side that offers, and then on the side that accepts. */
    static void withoutAddressSpace() throws Exception {
        roundTrip("room for all", () -> {}, () -> {});
        roundTrip("none for the offerer", () -> limit(true), () -> limit(false));
        roundTrip("none for the accepter", () -> {}, () -> limit(true));
        limit(false);
        roundTrip("room again", () -> {}, () -> {});
    }

    private interface Step {
        void take() throws Exception;
    }

    private static void roundTrip(String name, Step before, Step between) throws Exception {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                SharedMemorySocket offerer = SharedMemorySocket.offer(pair.first(), LARGE);
                SharedMemorySocket accepter =
                        SharedMemorySocket.accept(pair.second(), Shared.NO_LIMIT)) {
            before.take();
            Shared.send(offerer, "request");
            between.take();
            String request = Shared.receive(accepter);
            Shared.send(accepter, "response");
            print(name, request, Shared.receive(offerer), offerer, accepter);
        }
    }

    /** Leaves room for what a JVM maps now and then, and none for rings; or takes that back. */
    private static void limit(boolean isSet) throws Exception {
        String kib =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmSize:"))
                        .findFirst()
                        .orElseThrow()
                        .replaceAll("\\D", "");
        long mapped = Long.parseLong(kib) * 1024;
        String bytes = isSet ? String.valueOf(mapped + LARGE / 2) : "unlimited";
        RingPeer.run(
                List.of(
                        "prlimit",
                        "--pid=" + ProcessHandle.current().pid(),
                        "--as=" + bytes + ":unlimited"));
    }

    private static void print(
            String name,
            String request,
            String response,
            SharedMemorySocket offerer,
            SharedMemorySocket accepter) {
        boolean isShared = offerer.isShared() && accepter.isShared();
        System.out.println("%s: %s, %s, %s".formatted(name, request, response, isShared));
    }

    /** Takes one connection, and sends and receives until it ends. */
    static void useUntilKilled(Path path, boolean offers) throws IOException {
        try (StreamListener listener = StreamListener.bind(Address.path(path)).listen(1)) {
            System.out.println("listening");
            StreamSocket socket = listener.accept();
            if (!offers) {
                echo(SharedMemorySocket.accept(socket, Shared.NO_LIMIT));
                return;
            }
            SharedMemorySocket shared = SharedMemorySocket.offer(socket, Shared.CAPACITY);
            byte[] bytes = new byte[3000];
            shared.write(bytes, 0, 100);
            while (shared.read(bytes, 0, bytes.length) > 0) {
                shared.write(bytes, 0, bytes.length);
            }
        }
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
            print(name, request, response, offerer, accepter);
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
