package dev.unixsocket.services.discovery;

import static dev.unixsocket.testing.RequiredTools.requireRoot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.ExtendedAttributes;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The ways in which a service says what it is. */
class MetadataReaderTest {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    private static SocketMetadata read(Path socket, Scan.Handshake handshake) {
        return MetadataReader.read(SocketFileInfo.read(socket).orElseThrow(), handshake);
    }

    private SocketMetadata withSidecar(String json) throws IOException {
        Path socket = sockets.listening("a.sock");
        Files.writeString(folder.resolve("a.json"), json);
        return read(socket, Scan.Handshake.OFF);
    }

    private static void assertNotTrusted(String why, SocketMetadata metadata) {
        assertEquals(Map.of(), metadata.values());
        assertEquals(1, metadata.problems().size());
        assertTrue(metadata.problems().getFirst().contains(why), metadata::toString);
    }

    @Test
    void aSidecarIsReadWhole() throws IOException {
        SocketMetadata metadata =
                withSidecar(
                        "{\"version\":\"1\",\"pid\":7,\"tags\":[\"a\",true,null,1.5],"
                                + "\"x\":{\"y\":{}}}");
        assertEquals(List.of(), metadata.problems());
        assertEquals(
                "{\"version\":\"1\",\"pid\":7,\"tags\":[\"a\",true,null,1.5],"
                        + "\"x\":{\"y\":{}}}",
                Json.line(metadata.values()));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"a\":|not JSON, at line 1",
                "nonsense|not JSON, at line 1",
                "[1]|not a JSON object",
                "{} {}|more text after the JSON object",
                "{\"a\":1,\"a\":2}|: Duplicate field",
                "{\"a\":\"\\ud800\"}|unpaired surrogate",
                "{\"\\udc00\":1}|surrogate"
            })
    void aBrokenSidecarIsReported(String json, String why) throws IOException {
        assertNotTrusted(why, withSidecar(json));
    }

    @Test
    void anEmptySidecarIsReported() throws IOException {
        assertNotTrusted("not a JSON object", withSidecar(""));
    }

    @Test
    void aSidecarThatNestsDeeplyIsReported() throws IOException {
        assertNotTrusted(
                "nesting depth", withSidecar("{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"));
    }

    @Test
    void aSidecarThatIsTooLargeIsReported() throws IOException {
        String json = "{\"a\":\"" + "x".repeat(MetadataReader.MAX_BYTES) + "\"}";
        assertNotTrusted("more than 65536 bytes", withSidecar(json));
    }

    @Test
    void aSidecarThatIsASymbolicLinkIsReported() throws IOException {
        Path socket = sockets.listening("a.sock");
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "{}");
        Files.createSymbolicLink(folder.resolve("a.json"), elsewhere);
        assertNotTrusted("it is a symbolic link", read(socket, Scan.Handshake.OFF));
    }

    @Test
    void aSidecarThatIsNotAFileIsReported() throws IOException {
        Path socket = sockets.listening("a.sock");
        Files.createDirectory(folder.resolve("a.json"));
        assertNotTrusted("it is a directory", read(socket, Scan.Handshake.OFF));
    }

    @Test
    void aSidecarOfSomebodyElseIsReported() throws IOException {
        requireRoot("to give a file to somebody else");
        Path socket = sockets.listening("a.sock");
        Path sidecar = Files.writeString(folder.resolve("a.json"), "{}");
        Files.setAttribute(sidecar, "unix:uid", 65534);
        assertNotTrusted(
                "it belongs to uid 65534, the socket to uid 0", read(socket, Scan.Handshake.OFF));
    }

    @Test
    void partsOfTheNameAreReadAndTheSidecarCountsMore() throws IOException {
        Path socket = sockets.listening("w-pid1-port2.sock");
        Files.writeString(folder.resolve("w-pid1-port2.json"), "{\"port\":3}");
        assertEquals(
                Map.of("name", "w", "pid", 1L, "port", 3L),
                read(socket, Scan.Handshake.OFF).values());
    }

    /** Whether a socket can have attributes depends on the kernel and the file system. */
    @Test
    void extendedAttributesAreReadWhereSocketsCanHaveThem() throws IOException {
        Path socket = sockets.listening("a.sock");
        try {
            ExtendedAttributes.write(socket, "zone", "eu-1");
        } catch (SyscallException refused) {
            assertTrue(refused.getMessage().startsWith("setxattr: "), refused::getMessage);
            assertEquals(Map.of(), read(socket, Scan.Handshake.OFF).values());
            return;
        }
        assertEquals(Map.of("zone", "eu-1"), read(socket, Scan.Handshake.OFF).values());
    }

    private SocketMetadata answered(String answer) throws Exception {
        Path path = folder.resolve("h.sock");
        try (StreamListener listener = StreamListener.bind(Address.path(path)).listen(1)) {
            Thread server = Thread.ofPlatform().start(() -> serve(listener, answer));
            SocketMetadata metadata = read(path, Scan.Handshake.ON);
            server.join();
            return metadata;
        }
    }

    private static void serve(StreamListener listener, String answer) {
        try (Arena arena = Arena.ofConfined();
                StreamSocket connection = listener.accept()) {
            MemorySegment question = arena.allocate(30);
            for (long done = 0; done < 30; ) {
                done += connection.read(question, done, 30 - done);
            }
            assertEquals(
                    "00000022{\"request\":\"metadata\"}",
                    new String(question.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            connection.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), 0, bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServiceThatIsAskedAnswers() throws Exception {
        assertEquals(Map.of("zone", "ü"), answered("00000013{\"zone\":\"ü\"}").values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 400 Bad Request|does not begin with 8 digits",
                "99999999|an answer of 99999999 bytes is not taken",
                "00000000|an answer of 0 bytes is not taken",
                "00000004nope|not JSON, at line 1",
                "00000014{\"a\":\"\\ud800\"}|unpaired surrogate",
                "00000009{}|the connection ended before the answer"
            })
    void anAnswerThatIsNoneIsReported(String answer, String why) throws Exception {
        assertNotTrusted(why, answered(answer));
    }

    @Test
    void aServiceThatDoesNotAnswerIsNotWaitedFor() throws IOException {
        for (Path socket : List.of(sockets.listening("silent.sock"), sockets.full("full.sock"))) {
            assertEquals(
                    List.of("handshake: no answer within 300 ms"),
                    read(socket, Scan.Handshake.ON).problems());
        }
    }
}
