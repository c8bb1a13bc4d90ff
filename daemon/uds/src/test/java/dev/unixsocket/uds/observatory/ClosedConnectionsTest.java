package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.uds.observatory.RunningObservatory.Kind;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    @ParameterizedTest
    @CsvSource({
        "NETTY, dev.unixsocket.uds.observatory.NettyConnection",
        "FFM, dev.unixsocket.services.observatory.HttpConnection",
    })
    void nothingIsKeptOfThoseThatLeaveBeforeTheirAnswer(Kind kind, String handler)
            throws IOException {
        byte[] request = "GET /health HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var observatory = RunningObservatory.start(kind, folder)) {
            var address = UnixDomainSocketAddress.of(observatory.socket());
            for (int i = 0; i < CONNECTIONS; i++) {
                try (SocketChannel client = SocketChannel.open(address)) {
                    client.write(ByteBuffer.wrap(request));
                }
            }
            observatory.send("GET /health HTTP/1.1\r\n\r\n"); // after all the others
            Program.await(() -> live(handler) < CONNECTIONS / 10, "the connections to be garbage");
        }
    }

    /** How many objects of a class are left after a collection. */
    private long live(String className) {
        Path histogram = folder.resolve("histogram");
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String command = jcmd + " $PPID GC.class_histogram > " + histogram;
        // Into a file: while it writes, no thread of this process could read it.
        try {
            Process inspection = new ProcessBuilder("sh", "-c", command).start();
            assertTrue(inspection.waitFor(Program.PATIENCE), "jcmd does not end");
            return Files.readAllLines(histogram).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length >= 4 && words[3].equals(className))
                    .mapToLong(words -> Long.parseLong(words[1]))
                    .sum();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
