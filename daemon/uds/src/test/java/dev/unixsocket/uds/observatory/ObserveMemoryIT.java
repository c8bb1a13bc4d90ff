package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.Requests;
import dev.unixsocket.uds.observatory.RunningObservatory.Peer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code uds observe} with a heap of 64 MB, and those who want more of it. */
class ObserveMemoryIT {

    private static final String HEALTH = "GET /health HTTP/1.0\r\n\r\n";

    @TempDir Path folder;

    private final ObserveProgram observatory = new ObserveProgram(() -> folder);

    /** On a busy machine a peer may be idle for longer than a service lets it by default. */
    private Program start(String heap, String... options) {
        requireTool("curl", "to see that it answers");
        List<String> all = new ArrayList<>(List.of("--idle-timeout=5m", "--request-timeout=5m"));
        all.addAll(List.of(options));
        Program observe =
                observatory
                        .command(all.toArray(String[]::new))
                        .environment("UDS_JAVA_OPTIONS", "-Xmx" + heap)
                        .start()
                        .awaitFile(observatory.socket());
        observatory.awaitAnswer();
        return observe;
    }

    private String send(byte[] request) {
        try (Peer peer = new Peer(observatory.socket())) {
            peer.tryToWrite(request);
            peer.endOutput();
            return peer.readToEnd();
        }
    }

    private String send(String request) {
        return send(request.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void theLargestBodyIsAnswered(String engine) {
        try (Program observe = start("64m", "--engine", engine)) {
            String answer = send(Requests.post("event=large", "x".repeat(10 * 1024 * 1024)));
            assertTrue(answer.matches("(?s)HTTP/1.1 (200|503) .*"), answer);
            assertTrue(send(HEALTH).startsWith("HTTP/1.1 200 "));
            assertEquals(0, observe.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void hundredsOfLargeHeadsCostTheirSendersOnly(String engine) {
        byte[] head =
                ("GET /health HTTP/1.1\r\nX: " + "x".repeat(60_000))
                        .getBytes(StandardCharsets.US_ASCII);
        try (Program observe = start("64m", "--engine", engine)) {
            List<Peer> open = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                Peer peer = new Peer(observatory.socket());
                open.add(peer);
                peer.tryToWrite(head);
            }
            assertTrue(send(HEALTH).startsWith("HTTP/1.1 200 "));
            assertTrue(open.getLast().readToEnd().matches("(?s)(HTTP/1.1 503 .*)?"));
            open.forEach(Peer::close);
            assertEquals(0, observe.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void eventsThatGrowAThousandTimesAreBoundedAndHoldUpNobody(String engine) {
        String deep =
                "{\"a\":" + "[".repeat(990) + "1,".repeat(10_000) + "1" + "]".repeat(990) + "}";
        int count = 20;
        try (Program observe = start("64m", "--engine", engine, "--pretty-json");
                Peer greedy = new Peer(observatory.socket());
                Peer other = new Peer(observatory.socket())) {
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> greedy.write(Requests.post("event=deep", deep).repeat(count)));
            for (int i = 0; i < count; i++) {
                other.write(Requests.post("event=other", "{}"));
                other.readUntil("Content-Length: 0\r\n\r\n");
                greedy.readUntil("HTTP/1.1 200 OK");
            }
            Program.await(() -> observe.stdout().split("\"deep\"", -1).length > count, "all");
            assertTrue(observe.stdoutBytes().length < 2 * count * (deep.length() + 1_000));
            assertEquals(0, observe.terminate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void aShortageOfMemoryEndsNoLoop(String engine) {
        try (Program observe = start("10m", "--engine", engine)) {
            List<Peer> open = new ArrayList<>();
            byte[] part =
                    ("POST /hook HTTP/1.1\r\nContent-Length: 16000\r\n\r\n" + "x".repeat(15_000))
                            .getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 800; i++) {
                try {
                    Peer peer = new Peer(observatory.socket());
                    open.add(peer);
                    peer.tryToWrite(part);
                } catch (UncheckedIOException refused) {
                    // for want of memory; the next one may be taken
                }
            }
            open.forEach(Peer::close);
            Program.await(
                    () -> observatory.get("/health").equals("{\"status\": \"ok\"}"), "an answer");
            assertEquals(0, observe.terminate());
        }
    }
}
