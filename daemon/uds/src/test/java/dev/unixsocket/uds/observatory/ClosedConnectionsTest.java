package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** What belongs to a connection goes with it, and not when a timer of it would have run. */
class ClosedConnectionsTest {

    private static final int CONNECTIONS = 300;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "NETTY, dev.unixsocket.uds.observatory.NettyConnection",
        "FFM, dev.unixsocket.services.observatory.HttpConnection",
    })
    void nothingOfThemIsKept(Kind kind, String handler) {
        try (var observatory = RunningObservatory.start(kind, folder)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                String answer = observatory.send("GET /health HTTP/1.1\r\n\r\n");
                assertEquals("HTTP/1.1 200 OK", answer.lines().findFirst().orElseThrow());
            }
            Program.await(() -> live(handler) < CONNECTIONS / 10, "the connections to be garbage");
        }
    }

    /** How many objects of a class are left after a collection. */
    private static int live(String className) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(ProcessHandle.current().pid());
        return Program.tool(jcmd, pid, "GC.class_histogram")
                .run()
                .stdout()
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 4 && words[3].equals(className))
                .mapToInt(words -> Integer.parseInt(words[1]))
                .findFirst()
                .orElse(0);
    }
}
