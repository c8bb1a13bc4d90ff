package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.LogLines;
import dev.unixsocket.testing.Requests;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;
import dev.unixsocket.uds.observatory.RunningObservatory.Peer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;

/** What senders of the original's kind find in both engines. */
class SendersTest {

    private static final String OK = "Content-Length: 0\r\n\r\n";

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneWhoReadsToTheEndOfTheConnectionDoesNotWaitForTheRequestTimeout(Kind kind) {
        try (var observatory =
                        RunningObservatory.start(
                                kind, Duration.ofHours(1), Duration.ofMillis(200), folder);
                Peer curl = observatory.connect();
                Peer script = observatory.connect()) {
            String known = "Host: x\r\nUser-Agent: curl/7.88.1";
            curl.write(Requests.post("event=curl", "{}").replace("Host: x", known));
            curl.readUntil(OK);
            script.write(Requests.post("event=script", "{}"));
            assertTrue(script.readToEnd().endsWith(OK));
            curl.write(Requests.post("event=again", "{}").replace("Host: x", known));
            curl.readUntil(OK);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void oneWhoCannotKnowTheEndOtherwiseIsGivenItAtOnce(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, Duration.ofHours(1), folder)) {
            for (String request :
                    List.of(
                            "POST /hook?event=a HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
                            "POST /hook?event=a HTTP/1.1\r\nConnection: close\r\n"
                                    + "Content-Length: 2\r\n\r\n{}")) {
                try (Peer peer = observatory.connect()) {
                    peer.write(request);
                    assertTrue(peer.readToEnd().startsWith("HTTP/1.1 200 "));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNameThatIsNotWellEncodedIsTakenAsItWasSent(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            String answer = observatory.send(Requests.post("event=a%zz", "{}"));
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(observatory.nextLine().contains("\"_event\":\"a%zz\""));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSlashAfterTheHookIsTheHook(Kind kind) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            String request = Requests.post("event=slash", "{}").replace("/hook", "/hook/");
            assertTrue(observatory.send(request).startsWith("HTTP/1.1 200 "));
            assertTrue(observatory.nextLine().contains("\"_event\":\"slash\""));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eventsThatGoToAWrongPathAreSaidOnceAMinute(Kind kind) {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.WARNING);
                var observatory = RunningObservatory.start(kind, folder)) {
            for (String path : List.of("/", "/other", "/hooks")) {
                String request = Requests.post("event=lost", "{}").replace("/hook", path);
                assertTrue(observatory.send(request).startsWith("HTTP/1.1 404 "), path);
            }
            assertEquals(1, log.said().size(), () -> log.said().toString());
            assertTrue(
                    log.said()
                            .getFirst()
                            .matches(
                                    "WARNING pid \\d+, uid \\d+, gid \\d+ posts to /:"
                                            + " events are taken at /hook only"),
                    log.said().getFirst());
        }
    }
}
