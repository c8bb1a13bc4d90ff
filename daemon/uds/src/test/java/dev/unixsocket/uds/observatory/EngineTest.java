package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.Requests;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;
import dev.unixsocket.uds.observatory.RunningObservatory.Peer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** What both engines do, one connection with another. */
class EngineTest {

    private static final String OK = "Content-Length: 0\r\n\r\n";

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theLineIsOutBeforeTheAnswer(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer reader = observatory.newReader();
                Peer sender = observatory.connect()) {
            for (int i = 0; i < 100; i++) {
                sender.write(Requests.post("event=" + i, "{}"));
                sender.readUntil(OK);
                assertTrue(reader.readLine().contains("\"_event\":\"" + i + "\""));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aReaderGetsEveryLineFromWhenItConnects(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            observatory.send(Requests.post("event=before", "{}"));
            try (Peer late = observatory.newReader()) {
                observatory.send(Requests.post("event=after", "{}"));
                assertTrue(late.readLine().contains("\"_event\":\"after\""));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aReaderThatEndsItsOutputStillReads(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer reader = observatory.newReader()) {
            reader.write("who is there?\n");
            reader.endOutput();
            observatory.send(Requests.post("event=1", "{}"));
            observatory.send(Requests.post("event=2", "{}"));
            assertTrue(reader.readLine().contains("\"_event\":\"1\""));
            assertTrue(reader.readLine().contains("\"_event\":\"2\""));
        }
    }

    /** Netty forgot a socket that it waited for in no way, and failed when it had to wait again. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aReaderThatEndsItsOutputMayBeSlow(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer reader = observatory.newReader()) {
            reader.endOutput();
            String body = "x".repeat(30_000);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 20; i++) { // less than its queue, more than its socket holds
                    observatory.send(Requests.post("event=" + i, body));
                }
                for (int i = 0; i < 20; i++) {
                    assertTrue(reader.readLine().contains("\"_event\":\"" + i + "\""));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theModesOfTheSocketsAreAsAsked(Kind kind) throws Exception {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            assertEquals("rw-rw----", mode(observatory.socket()));
            assertEquals("rw-------", mode(observatory.outputSocket()));
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStoppedReaderLosesWholeLinesAndDelaysNobody(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer stopped = observatory.newReader();
                Peer sender = observatory.connect()) {
            String payload = "{\"x\":\"" + "y".repeat(10_000) + "\"}";
            int count = 400; // 4 MB: more than its queue and the kernel's together
            for (int i = 0; i < count; i++) {
                sender.write(Requests.post("event=" + i, payload));
                sender.readUntil(OK);
                assertTrue(observatory.nextLine().contains("\"_event\":\"" + i + "\""));
            }
            Program.await(
                    () -> {
                        String line = stopped.readLine();
                        assertTrue(line.startsWith("{\"_ts\":") && line.endsWith("}"), line);
                        // Once it reads again it gets what comes now, after a gap.
                        observatory.send(Requests.post("event=again", "{}"));
                        return line.contains("\"_event\":\"again\"");
                    },
                    "a line after the gap");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLineLargerThanTheQueueReachesAReader(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            String body = "z".repeat(3 * Limits.QUEUE_BYTES);
            observatory.send(Requests.post("event=large", body));
            assertTrue(observatory.nextLine().endsWith(body + "\"}"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRequestThatIsNotCompleteInTimeIsAnswered408(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, Duration.ofSeconds(1), folder);
                Peer silent = observatory.connect();
                Peer slow = observatory.connect();
                Peer second = observatory.connect()) {
            slow.write("POST /hook HTTP/1.1\r\nContent-Length: 5\r\n\r\n{");
            second.write("GET /health HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n");
            assertTrue(silent.readToEnd().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
            assertTrue(slow.readToEnd().startsWith("HTTP/1.1 408 "));
            String answers = second.readToEnd();
            assertTrue(answers.startsWith("HTTP/1.1 200 ") && answers.contains("HTTP/1.1 408 "));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConnectionThatIsIdleBetweenRequestsIsClosedWithoutAWord(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, Duration.ofSeconds(1), folder);
                Peer idle = observatory.connect()) {
            idle.write(Requests.post("event=1", "{}"));
            assertTrue(idle.readToEnd().endsWith(OK));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneConnectionsTroubleNeverTouchesAnother(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer good = observatory.connect()) {
            List<Peer> halfway = new ArrayList<>();
            for (String request : Requests.mutated(200, 7)) {
                Peer peer = observatory.connect();
                peer.tryToWrite(request.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                halfway.add(peer);
                good.write("GET /health HTTP/1.1\r\n\r\n");
                good.readUntil("{\"status\": \"ok\"}");
            }
            halfway.forEach(Peer::close);
            good.write("GET /health HTTP/1.1\r\n\r\n");
            good.readUntil("{\"status\": \"ok\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneWhoDoesNotTakeItsAnswersIsNotAskedForMore(Kind kind) throws Exception {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer greedy = observatory.connect()) {
            AtomicBoolean ended = new AtomicBoolean();
            Thread writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        String many = "GET /health HTTP/1.1\r\n\r\n".repeat(100);
                                        for (int i = 0; i < 400; i++) {
                                            greedy.write(many);
                                        }
                                        greedy.endOutput();
                                        ended.set(true);
                                    });
            observatory.send("GET /health HTTP/1.0\r\n\r\n");
            String answers = greedy.readToEnd();
            writer.join();
            assertTrue(ended.get());
            assertEquals(40_000, answers.split("\"ok\"", -1).length - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStopAnswersTheRequestInHandAndWritesItsLine(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer idle = observatory.connect()) {
            Peer begun = observatory.connect();
            begun.write("POST /hook?event=last HTTP/1.1\r\nContent-Length: 2\r\n");
            observatory.send("GET /health HTTP/1.0\r\n\r\n"); // so what was written was read
            observatory.observatory().stop();
            assertEquals("", idle.readToEnd());
            begun.write("\r\n{}");
            String answer = begun.readToEnd();
            assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains("Connection: close"));
            assertTrue(observatory.nextLine().contains("\"_event\":\"last\""));
            begun.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStopAnswersAllWhoHaveSentARequest(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Peer peer = observatory.connect();
                peer.write(Requests.post("event=" + i, "{}").repeat(20));
                peers.add(peer);
            }
            observatory.observatory().stop();
            for (Peer peer : peers) {
                assertTrue(peer.readToEnd().startsWith("HTTP/1.1 200 "));
                peer.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void tooManyLargeBodiesAreTurnedAwayAndSmallOnesAreNot(Kind kind) {
        int large = 100_000;
        String head = "POST /hook?event=large HTTP/1.1\r\nContent-Length: 100000\r\n\r\n";
        try (var observatory = RunningObservatory.start(kind, 1_240_000L, folder)) {
            List<Peer> halfway = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Peer peer = observatory.connect();
                peer.write(head + "x".repeat(large - 1));
                halfway.add(peer);
            }
            String refused = observatory.send(Requests.post("event=more", "y".repeat(large)));
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            String small = observatory.send(Requests.post("event=small", "z".repeat(10_000)));
            assertTrue(small.startsWith("HTTP/1.1 200 "), small);
            for (Peer peer : halfway) {
                peer.write("x");
                peer.readUntil(OK);
                peer.close();
            }
            String after = observatory.send(Requests.post("event=after", "y".repeat(large)));
            assertTrue(after.startsWith("HTTP/1.1 200 "), after);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void tooManyLargeHeadsAreTurnedAwayAndSmallOnesAreNot(Kind kind) {
        String head = "GET /health HTTP/1.1\r\nX: " + "x".repeat(60_000);
        try (var observatory = RunningObservatory.start(kind, 200_000L, folder)) {
            List<Peer> halfway = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Peer peer = observatory.connect();
                peer.tryToWrite(head.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                halfway.add(peer);
            }
            String refused = halfway.getLast().readToEnd();
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            String small = observatory.send("GET /health HTTP/1.1\r\n\r\n");
            assertTrue(small.startsWith("HTTP/1.1 200 "), small);
            halfway.forEach(Peer::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void twoThousandEventsASecondFromFiftyClientsReachTwentyReadersInOneOrder(Kind kind)
            throws Exception {
        int clients = 50;
        int each = 80; // two seconds' worth of 2,000 a second
        try (var observatory = RunningObservatory.start(kind, folder);
                Peer stopped = observatory.newReader()) {
            List<Peer> readers =
                    IntStream.range(0, 19).mapToObj(_ -> observatory.newReader()).toList();
            List<List<String>> seen = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (Peer reader : readers) {
                List<String> lines = new ArrayList<>();
                seen.add(lines);
                threads.add(
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            for (int i = 0; i < clients * each; i++) {
                                                lines.add(reader.readLine());
                                            }
                                        }));
            }
            for (int c = 0; c < clients; c++) {
                int client = c;
                threads.add(Thread.ofPlatform().start(() -> sendMany(observatory, client, each)));
            }
            for (Thread thread : threads) {
                assertTrue(thread.join(RunningObservatory.PATIENCE));
            }
            assertEquals(clients * each, new HashSet<>(seen.getFirst()).size());
            seen.forEach(lines -> assertEquals(seen.getFirst(), lines));
            readers.forEach(Peer::close);
            assertTrue(stopped.readLine().startsWith("{"));
        }
    }

    private static void sendMany(RunningObservatory observatory, int client, int count) {
        try (Peer peer = observatory.connect()) {
            for (int i = 0; i < count; i++) {
                String payload = "{\"pad\":\"" + "p".repeat(500) + "\"}";
                peer.write(Requests.post("event=" + client + "-" + i, payload));
                peer.readUntil(OK);
            }
        }
    }
}
