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
import java.util.List;
import java.util.logging.Level;
import java.util.regex.Pattern;

/** What both engines say on standard error. */
class EngineLogTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStopSaysWhatAReaderLost(Kind kind) {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            try (var observatory = RunningObservatory.start(kind, folder);
                    Peer _ = observatory.newReader()) {
                for (int i = 0; i < 6; i++) {
                    observatory.send(Requests.post("event=" + i, "x".repeat(600_000)));
                    observatory.nextLine();
                }
                observatory.stop();
            }
            assertTrue(
                    log.said().stream().anyMatch(line -> line.matches(".* lost \\d events")),
                    () -> log.said().toString());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSendersMistakeIsNoErrorOfTheService(Kind kind) {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            try (var observatory = RunningObservatory.start(kind, folder)) {
                observatory.send("POST /hook HTTP/1.1\r\nContent-Length: 20\r\n\r\n{}");
                observatory.send("POST /hook HTTP/1.1\r\nContent-Length: x\r\n\r\n");
                observatory.send("POST /hook HTTP/1.1\r\nExpect: 100-continue\r\nbad\r\n\r\n");
                try (Peer gone = observatory.connect()) {
                    gone.write("POST /hook HTTP/1.1\r\nContent-Length: 20\r\n\r\n{}");
                }
            }
            assertEquals(
                    List.of(),
                    log.said().stream().filter(line -> !line.startsWith("INFO")).toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachRequestAnsweredOrRefusedIsALineAtDebug(Kind kind) {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.FINE)) {
            try (var observatory = RunningObservatory.start(kind, folder)) {
                observatory.send(Requests.post("event=seen", "{}"));
                observatory.send("GET /nothing HTTP/1.1\r\n\r\n");
                observatory.send("nonsense\r\n\r\n");
            }
            String said = String.join("\n", log.said());
            String peer = "pid " + ProcessHandle.current().pid() + ", uid \\d+, gid \\d+";
            for (String line :
                    List.of(
                            "POST /hook\\?event=seen of " + peer + ": 200",
                            "GET /nothing of " + peer + ": 404",
                            "a request of " + peer + " was refused: 400, .*")) {
                assertTrue(
                        Pattern.compile("^FINE " + line + "$", Pattern.MULTILINE)
                                .matcher(said)
                                .find(),
                        said);
            }
        }
    }
}
