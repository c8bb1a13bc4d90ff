package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Shared.CAPACITY;
import static dev.unixsocket.ffi.Shared.NO_LIMIT;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** What a process with rings survives: the death of the other, and shortages. */
@EnabledOnOs(OS.LINUX)
class SharedMemorySurvivalTest {

    /** How often a Java is killed; {@code -Djava.kills=1000} for longer. */
    private static final int JAVA_KILLS = Integer.getInteger("java.kills", 2);

    private static final long LONGEST_LIFE_NANOS = 30_000_000;

    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");

    private static final long PAGE_OF_OTHER_KERNELS = 65_536;

    @TempDir static Path programs;

    @TempDir Path folder;

    private static RingPeer program;
    private Shared.Left before;

    @BeforeAll
    static void compile() throws Exception {
        program = RingPeer.compile(programs);
    }

    @BeforeEach
    void count() throws IOException {
        before = Shared.Left.now();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        before.assertNothingIsLeft();
    }

    private Path socket() {
        return folder.resolve("socket");
    }

    private interface Use {
        void of(SharedMemorySocket socket) throws IOException;
    }

    /** Lets a peer come, and uses the connection in a way until it ends. */
    private void meet(Process peer, StreamListener listener, Way way, boolean offers, Use use)
            throws Exception {
        try (StreamSocket socket = listener.accept()) {
            socket.receiveTimeout(Connected.PATIENCE);
            socket.sendTimeout(Connected.PATIENCE);
            socket.waiting(way.waiting);
            try (SharedMemorySocket shared =
                    offers
                            ? SharedMemorySocket.offer(socket, CAPACITY)
                            : SharedMemorySocket.accept(socket, NO_LIMIT)) {
                way.start(
                                () -> {
                                    use.of(shared);
                                    return null;
                                })
                        .result();
            }
        } finally {
            peer.destroyForcibly();
        }
    }

    /** To the end of the stream; then writes fail, too. */
    private static void readToTheEnd(SharedMemorySocket socket) throws IOException {
        byte[] bytes = new byte[5000];
        try {
            while (socket.read(bytes, 0, bytes.length) > 0) {
                Thread.onSpinWait();
            }
        } catch (SyscallException reset) { // it died with bytes unread, and the socket says so
            assertEquals(Errno.ECONNRESET, reset.errno());
        }
        SyscallException e =
                assertThrows(
                        SyscallException.class,
                        () -> {
                            while (true) {
                                socket.write(bytes, 0, bytes.length);
                            }
                        });
        assertEquals(Errno.EPIPE, e.errno());
    }

    @Test
    void anOffererThatDiesAtAnyStepEndsTheConnection() throws Exception {
        try (StreamListener listener = StreamListener.bind(Address.path(socket())).listen(1)) {
            for (int step = 1; step <= 6; step++) {
                Process peer = program.start(socket(), "die-offering", step);
                Way way = Way.values()[step % Way.values().length];
                meet(peer, listener, way, false, SharedMemorySurvivalTest::readToTheEnd);
                assertEquals(128 + 9, peer.waitFor(), "step " + step);
            }
        }
    }

    @Test
    void anAccepterThatDiesAtAnyStepEndsTheConnection() throws Exception {
        try (StreamListener listener = StreamListener.bind(Address.path(socket())).listen(1)) {
            for (int step = 1; step <= 5; step++) {
                Process peer = program.start(socket(), "die-accepting", step);
                Way way = Way.values()[step % Way.values().length];
                meet(peer, listener, way, true, SharedMemorySurvivalTest::askToTheEnd);
                assertEquals(128 + 9, peer.waitFor(), "step " + step);
            }
        }
    }

    private static void askToTheEnd(SharedMemorySocket socket) throws IOException {
        try {
            socket.write(new byte[100], 0, 100);
        } catch (SyscallException tooEarly) {
            assertEquals(Errno.EPIPE, tooEarly.errno());
            return;
        }
        readToTheEnd(socket);
    }

    /** The other is in C, frees all that it has, and says when it noticed. */
    @Test
    void aJavaThatIsKilledEndsTheConnection() throws Exception {
        SplittableRandom random = new SplittableRandom(JAVA_KILLS);
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < JAVA_KILLS; i++) {
            boolean offers = i % 2 == 0;
            Process java = startJava(offers);
            Process peer =
                    program.startTalking(
                            socket(), offers ? "outlive-accepting" : "outlive-offering");
            try (BufferedReader said = peer.inputReader()) {
                assertEquals("connected", said.readLine());
                LockSupport.parkNanos(random.nextLong(LONGEST_LIFE_NANOS));
                long killed = System.nanoTime();
                java.destroyForcibly();
                String[] end = said.readLine().split(" ");
                assertEquals("0", end[1], "mappings");
                assertEquals("0", end[2], "descriptors");
                nanos.add(Long.parseLong(end[0]) - killed);
                assertTrue(peer.waitFor(Connected.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                assertEquals(0, peer.exitValue());
            } finally {
                java.destroyForcibly().waitFor();
                peer.destroyForcibly();
                Files.deleteIfExists(socket());
            }
        }
        Noticed.print("a Java that is killed", nanos, JAVA_KILLS > 100);
    }

    private Process startJava(boolean offers) throws IOException {
        Process java =
                new ProcessBuilder(
                                ChildJvm.command(
                                        List.of(),
                                        "use-rings-until-killed",
                                        socket().toString(),
                                        String.valueOf(offers)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertEquals("listening", java.inputReader().readLine());
        return java;
    }

    @Test
    void withoutAddressSpaceTheSocketGoesOn() throws Exception {
        RequiredTools.requireTool("prlimit", "to limit the address space");
        assertEquals(
                """
                room for all: request, response, true
                none for the offerer: request, response, false
                none for the accepter: request, response, false
                room again: request, response, true
                """,
                ChildJvm.run(List.of(), "rings-without-address-space").output());
    }

    /** The kernel kills whoever touches more memory than its cgroup has: the other sees the end. */
    @Test
    void aPeerWhoseCgroupIsFullEndsTheConnection() throws Exception {
        Path group = memoryGroup(8 << 20);
        try (StreamListener listener = StreamListener.bind(Address.path(socket())).listen(1)) {
            Process peer =
                    program.startAfter(
                            "echo $$ > " + group.resolve("cgroup.procs"), socket(), "echo");
            try (StreamSocket socket = listener.accept();
                    SharedMemorySocket shared = SharedMemorySocket.offer(socket, 1 << 26)) {
                shared.receiveTimeout(Connected.PATIENCE);
                byte[] bytes = new byte[1 << 20];
                shared.write(bytes, 0, 100);
                assertTrue(shared.awaitAnswer(Connected.PATIENCE));
                for (int i = 0; i < 60 && peer.isAlive(); i++) { // which it echoes, unread
                    shared.write(bytes, 0, bytes.length);
                }
                assertTrue(peer.waitFor(Connected.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                assertEquals(128 + 9, peer.exitValue());
                while (shared.read(bytes, 0, bytes.length) > 0) {
                    Thread.onSpinWait();
                }
            } catch (SyscallException e) {
                assertEquals(Errno.EPIPE, e.errno());
            } finally {
                peer.destroyForcibly().waitFor();
            }
        } finally {
            Files.delete(group);
        }
    }

    private static Path memoryGroup(long bytes) throws IOException {
        String name = "unixsocket-test-" + ProcessHandle.current().pid();
        Path first = Path.of("/sys/fs/cgroup/memory");
        boolean isFirst = Files.isDirectory(first);
        Path group = (isFirst ? first : Path.of("/sys/fs/cgroup")).resolve(name);
        String limit = isFirst ? "memory.limit_in_bytes" : "memory.max";
        try {
            Files.createDirectory(group);
            Files.writeString(group.resolve(limit), String.valueOf(bytes));
            if (!isFirst) {
                Files.writeString(group.resolve("memory.swap.max"), "0");
            }
        } catch (IOException e) {
            Files.deleteIfExists(group);
            assumeTrue(false, "memory cgroups cannot be made here: " + e.getMessage());
        }
        return group;
    }

    @Test
    void aThousandConnectionsHaveRingsAtOnce() throws Exception {
        List<Shared> all = new ArrayList<>();
        try {
            long begun = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                all.add(Shared.with(Waiting.block()));
            }
            long made = System.nanoTime() - begun;
            for (Shared shared : all) {
                Shared.send(shared.offerer(), "there");
                assertEquals("there", Shared.receive(shared.accepter()));
            }
            assertEquals(before.descriptors(), Shared.descriptors());
            if (Boolean.getBoolean("rings.cost")) {
                System.out.printf(
                        "1,000 connections, both sides in one process: %d µs and %d mappings each,"
                                + " %d KiB of memory%n",
                        made / 1_000_000, Shared.mappings() / 1000, memoryOfRings() / 1000);
            }
        } finally {
            all.forEach(Shared::close);
        }
    }

    /** In KiB; what two mappings of the process have together counts once. */
    private static long memoryOfRings() throws IOException {
        long kib = 0;
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (MAPPING.matcher(line).lookingAt()) {
                inside = line.contains("unixsocket-rings");
            } else if (inside && line.startsWith("Pss:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib;
    }

    @Test
    void eachMappingSuitsPagesOf64KiB() throws Exception {
        try (Shared shared = Shared.with(Waiting.block())) {
            assertTrue(shared.offerer().isShared());
            List<String> mappings =
                    Files.readAllLines(Path.of("/proc/self/maps")).stream()
                            .filter(line -> line.contains("unixsocket-rings"))
                            .toList();
            assertFalse(mappings.isEmpty());
            for (String line : mappings) {
                String[] fields = line.split(" +");
                String[] range = fields[0].split("-");
                long bytes = Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16);
                assertEquals(0, bytes % PAGE_OF_OTHER_KERNELS, line);
                assertEquals(0, Long.parseLong(fields[2], 16) % PAGE_OF_OTHER_KERNELS, line);
            }
        }
    }
}
