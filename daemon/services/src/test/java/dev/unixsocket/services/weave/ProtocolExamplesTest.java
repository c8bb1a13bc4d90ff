package dev.unixsocket.services.weave;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes in docs/PROTOCOL.md are those that the code sends. */
class ProtocolExamplesTest {

    private static final GenerateRequest REQUEST =
            GenerateRequest.of(1, 64, 64, 20, 7.0f, 42, "a cat");

    @Test
    void theRequestIsWhatTheClientSends() throws IOException {
        assertArrayEquals(example("request"), encoded(REQUEST));
    }

    @Test
    void theErrorIsWhatTheDaemonAnswers() throws IOException {
        GenerateRequest tooWide = GenerateRequest.of(1, 65, 64, 20, 7.0f, 42, "a cat");
        RequestRefusedException refusal =
                assertThrows(RequestRefusedException.class, tooWide::check);
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(
                    example("error"),
                    ErrorResponse.encode(arena, 1, refusal).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void theResponseIsOneThatTheClientUnderstands() throws IOException {
        byte[] prefix = example("response");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment payload = arena.allocate(32 + 64 * 64 * 3);
            payload.copyFrom(MemorySegment.ofArray(prefix).asSlice(16));
            GeneratedImage image = Responses.image(payload);
            assertTrue(image.width() == 64 && image.height() == 64 && image.channels() == 3);
            assertTrue(image.requestId() == 1 && image.generationTimeMillis() == 7);
        }
    }

    private static byte[] encoded(GenerateRequest request) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            return message.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static byte[] example(String name) throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "PROTOCOL.md"));
        Matcher block =
                Pattern.compile("```hex " + name + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertTrue(block.find(), "no example of a " + name);
        return HexFormat.of().parseHex(block.group(1).replaceAll("\\s", ""));
    }
}
