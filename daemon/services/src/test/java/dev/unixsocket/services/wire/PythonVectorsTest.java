package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Bytes that Python's msgpack made, and ours as Python reads them. */
class PythonVectorsTest {

    private static final HexFormat HEX = HexFormat.of();

    @TempDir Path directory;

    private String python;
    private Path script;

    @BeforeEach
    void findPython() throws IOException {
        python = RequiredTools.requirePython("msgpack", "to compare MessagePack with another");
        script = directory.resolve("vectors.py");
        try (InputStream source = getClass().getResourceAsStream("vectors.py")) {
            Files.copy(source, script);
        }
    }

    private List<String> encodedByPython() {
        try (Program program = Program.tool(python, script.toString()).run()) {
            return program.stdout().lines().toList();
        }
    }

    private static Map<String, Object> decode(String hex) throws FrameException {
        byte[] bytes = HEX.parseHex(hex);
        return MessagePackCodec.decodeMap(bytes, 0, bytes.length);
    }

    @Test
    void whatPythonWritesIsRead() throws FrameException {
        List<String> vectors = encodedByPython();
        Map<String, Object> ipc = decode(vectors.get(0));
        assertEquals("query", ipc.get("type"));
        assertEquals(Instant.parse("2026-02-09T10:30:00.500Z"), ipc.get("timestamp"));
        Map<String, Object> event = decode(vectors.get(1));
        assertEquals(1770633000500L, event.get("timestamp_ms"));
        for (Map<String, Object> message : List.of(ipc, event)) {
            Map<?, ?> data = (Map<?, ?>) message.get("data");
            assertEquals(null, data.get("nil"));
            assertEquals(-1L, data.get("negative"));
            assertEquals(1L << 40, data.get("large"));
            assertEquals(BigInteger.TWO.pow(64).subtract(BigInteger.ONE), data.get("unsigned"));
            assertEquals(2.5, data.get("float"));
            assertEquals("Grüße, 世界", data.get("text"));
            assertEquals("x".repeat(70000), data.get("long"));
            assertArrayEquals(new byte[] {0, 1, -1}, (byte[]) data.get("bytes"));
            assertEquals(20, ((List<?>) data.get("list")).size());
            assertEquals(Map.of("a", List.of(Map.of("b", List.of()))), data.get("nested"));
        }
    }

    @Test
    void whatIsReadIsWrittenAsPythonWritesItByteForByte() throws FrameException {
        for (String vector : encodedByPython()) {
            byte[] frame = MessagePackCodec.encodeFrame(decode(vector));
            assertEquals(vector, HEX.formatHex(Arrays.copyOfRange(frame, 4, frame.length)));
        }
    }

    @Test
    void pythonReadsWhatIsWritten() throws FrameException {
        List<String> vectors = encodedByPython();
        assertEquals(decodedByPython(vectors), decodedByPython(reencoded(vectors)));
    }

    private static List<String> reencoded(List<String> vectors) throws FrameException {
        String[] ours = new String[vectors.size()];
        for (int i = 0; i < ours.length; i++) {
            byte[] frame = MessagePackCodec.encodeFrame(decode(vectors.get(i)));
            ours[i] = HEX.formatHex(Arrays.copyOfRange(frame, 4, frame.length));
        }
        return List.of(ours);
    }

    private List<String> decodedByPython(List<String> vectors) {
        try (Program program = Program.tool(python, script.toString(), "decode").start()) {
            program.input((String.join("\n", vectors) + "\n").getBytes(StandardCharsets.UTF_8));
            program.closeInput();
            assertEquals(0, program.awaitExit(), program::stderr);
            return program.stdout().lines().toList();
        }
    }
}
