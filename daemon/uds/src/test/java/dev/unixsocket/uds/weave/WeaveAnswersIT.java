package dev.unixsocket.uds.weave;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Every row of the answer table, byte for byte, by a client that shares no code with the daemon.
 */
class WeaveAnswersIT {

    private static final long ID = 0x1122334455667788L;

    @TempDir static Path runtimeDirectory;

    private static RunningDaemon daemon;

    @BeforeAll
    static void start() {
        daemon = RunningDaemon.start(runtimeDirectory);
    }

    @AfterAll
    static void stop() {
        assertEquals(0, daemon.program().terminate());
    }

    @AfterEach
    void itStillServes() throws IOException {
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(new RawRequest().bytes()).length);
    }

    @Test
    void aValidRequestIsAnsweredWithThePicture() throws IOException {
        byte[] answer = daemon.exchange(new RawRequest().bytes());

        ByteBuffer fields = ByteBuffer.wrap(answer);
        assertEquals(0x57455645, fields.getInt(), "magic");
        assertEquals(1, fields.getShort(), "version");
        assertEquals(2, fields.getShort(), "type");
        assertEquals(32 + 64 * 64 * 3, fields.getInt(), "payload length");
        assertEquals(0, fields.getInt(), "reserved");
        assertEquals(ID, fields.getLong(), "request id");
        assertEquals(200, fields.getInt(), "status");
        assertTrue(fields.getInt() >= 0, "generation time");
        assertEquals(64, fields.getInt(), "width");
        assertEquals(64, fields.getInt(), "height");
        assertEquals(3, fields.getInt(), "channels");
        assertEquals(64 * 64 * 3, fields.getInt(), "image length");
        assertEquals(64 * 64 * 3, fields.remaining());
    }

    @Test
    void theSameSeedGivesTheSamePictureAndAnotherSeedAnother() throws IOException {
        byte[] first = pixels(request -> request.seed = 7);
        assertArrayEquals(first, pixels(request -> request.seed = 7));
        assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(pixels(r -> r.seed = 8)));
        assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(pixels(r -> r.steps = 99)));
    }

    @Test
    void anotherPromptGivesAnotherPicture() throws IOException {
        byte[] first = pixels(request -> {});
        byte[] second =
                pixels(r -> r.promptData = "helloworldtwice".getBytes(StandardCharsets.UTF_8));
        assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(second));
    }

    @Test
    void seedZeroPicksASeed() throws IOException {
        byte[] first = pixels(request -> request.seed = 0);
        byte[] second = pixels(request -> request.seed = 0);
        assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(second));
    }

    @Test
    void theReservedFieldAndBytesAfterThePromptsAreIgnored() throws IOException {
        RawRequest request = new RawRequest();
        request.promptData = "helloworldagain and more".getBytes(StandardCharsets.UTF_8);
        byte[] message = request.bytes();
        Arrays.fill(message, 12, 16, (byte) 0xFF);
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(message).length);
    }

    @Test
    void promptsMayShareTheirBytes() throws IOException {
        RawRequest request = new RawRequest();
        request.prompts = new int[] {0, 15, 3, 2, 14, 1};
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(request.bytes()).length);
    }

    @Test
    void wrongMagicIsError1AfterTheHeader() throws IOException {
        assertError(1, 400, 0, "magic 0x57455646 is not WEVE", r -> r.magic = 0x57455646);
        byte[] header = new byte[16];
        assertErrorIn(daemon.exchange(header), 1, 400, 0, "magic 0x00000000 is not WEVE");
    }

    @ParameterizedTest
    @ValueSource(ints = {10 * 1024 * 1024 - 15, 10 * 1024 * 1024, Integer.MAX_VALUE, -1})
    void aPayloadThatIsTooLargeIsError99AfterTheHeader(int length) throws IOException {
        String message =
                "a payload of %s bytes is too large, 10485744 fit"
                        .formatted(Integer.toUnsignedString(length));
        try (SocketChannel channel = daemon.connect()) {
            RunningDaemon.send(channel, RawRequest.header(length));
            assertErrorIn(RunningDaemon.readAll(channel), 99, 500, 0, message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 0xFFFF})
    void anotherVersionIsError2(int version) throws IOException {
        String message = "version " + version + " is not supported, 1 is";
        assertError(2, 400, 0, message, r -> r.version = version);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 0xFF, 0xFFFF})
    void anotherTypeIsError99(int type) throws IOException {
        String message = "message type 0x%04x is not a generate request".formatted(type);
        assertError(99, 500, 0, message, r -> r.type = type);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 59})
    void aPayloadTooShortForARequestIsError99(int length) throws IOException {
        byte[] payload = Arrays.copyOfRange(new RawRequest().bytes(), 16, 16 + length);
        byte[] message = RawRequest.concat(RawRequest.header(length), payload);
        String text =
                "the payload has %d bytes, a generate request has at least 60".formatted(length);
        assertErrorIn(daemon.exchange(message), 99, 500, length < 8 ? 0 : ID, text);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void anotherModelIsError3(int model) throws IOException {
        String message =
                "model id " + Integer.toUnsignedString(model) + " is unknown, 0 is the only";
        assertError(3, 400, ID, message, r -> r.model = model);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 65, 2049, 2112, -64})
    void badDimensionsAreError5(int side) throws IOException {
        String message =
                "%s " + Integer.toUnsignedString(side) + " is not a multiple of 64 from 64 to 2048";
        assertError(5, 400, ID, message.formatted("width"), r -> r.width = side);
        assertError(5, 400, ID, message.formatted("height"), r -> r.height = side);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 101, -1})
    void badStepsAreError6(int steps) throws IOException {
        String message = "steps " + Integer.toUnsignedString(steps) + " are not from 1 to 100";
        assertError(6, 400, ID, message, r -> r.steps = steps);
    }

    @ParameterizedTest
    @ValueSource(
            floats = {-0.1f, 20.1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aBadCfgIsError7(float cfg) throws IOException {
        String message = "cfg scale " + cfg + " is not from 0.0 to 20.0";
        assertError(7, 400, ID, message, r -> r.cfg = cfg);
    }

    @Test
    void aBadPromptIsError4() throws IOException {
        assertError(
                4,
                400,
                ID,
                "the clip_l prompt has 0 bytes, not from 1 to 256",
                r -> r.prompts[1] = 0);
        assertError(
                4,
                400,
                ID,
                "the clip_g prompt has 257 bytes, not from 1 to 256",
                r -> {
                    r.promptData = new byte[300];
                    r.prompts[3] = 257;
                });
        assertError(
                4,
                400,
                ID,
                "the t5 prompt ends at byte 16 of 15 bytes of prompt data",
                r -> r.prompts[4] = 11);
        assertError(
                4,
                400,
                ID,
                "the t5 prompt ends at byte 4294967300 of 15 bytes of prompt data",
                r -> r.prompts[4] = -1);
    }

    @Test
    void aPromptHas256BytesAtMost() throws IOException {
        RawRequest request = new RawRequest();
        request.promptData = "x".repeat(256).getBytes(StandardCharsets.UTF_8);
        request.prompts = new int[] {0, 256, 0, 256, 0, 256};
        assertEquals(48 + 64 * 64 * 3, daemon.exchange(request.bytes()).length);
    }

    @Test
    void theChecksAreMadeInTheOrderOfTheOriginal() throws IOException {
        RawRequest request = new RawRequest();
        request.model = 1;
        request.width = 1;
        request.steps = 0;
        request.cfg = -1;
        request.prompts[1] = 0;
        assertEquals(3, errorCode(request));
        request.model = 0;
        assertEquals(5, errorCode(request));
        request.width = 64;
        assertEquals(6, errorCode(request));
        request.steps = 1;
        assertEquals(7, errorCode(request));
        request.cfg = 0;
        assertEquals(4, errorCode(request));
    }

    @Test
    void aPictureThatFitsIntoNoMessageIsError5AndSaysWhatFits() throws IOException {
        assertError(
                5,
                400,
                ID,
                "2048 x 2048 pixels do not fit into a message of 10485760 bytes:"
                        + " at most 3495237 pixels do",
                r -> {
                    r.width = 2048;
                    r.height = 2048;
                });
    }

    @Test
    void theLargestPictureThatFitsIsSent() throws IOException {
        RawRequest request = new RawRequest();
        request.width = 2048;
        request.height = 1664;
        assertEquals(48 + 2048 * 1664 * 3, daemon.exchange(request.bytes()).length);
    }

    @Test
    void anEarlyErrorCanBeReadToItsEndByAClientThatIsStillSending() throws IOException {
        byte[] message = new byte[4 * 1024 * 1024];
        assertErrorIn(daemon.exchange(message), 1, 400, 0, "magic 0x00000000 is not WEVE");
    }

    private static byte[] pixels(Consumer<RawRequest> change) throws IOException {
        RawRequest request = new RawRequest();
        change.accept(request);
        byte[] answer = daemon.exchange(request.bytes());
        return Arrays.copyOfRange(answer, 48, answer.length);
    }

    private static int errorCode(RawRequest request) throws IOException {
        return ByteBuffer.wrap(daemon.exchange(request.bytes())).getInt(28);
    }

    private static void assertError(
            int code, int status, long requestId, String message, Consumer<RawRequest> change)
            throws IOException {
        RawRequest request = new RawRequest();
        change.accept(request);
        assertErrorIn(daemon.exchange(request.bytes()), code, status, requestId, message);
    }

    private static void assertErrorIn(
            byte[] answer, int code, int status, long requestId, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        byte[] expected =
                ByteBuffer.allocate(16 + 18 + text.length)
                        .putInt(0x57455645)
                        .putShort((short) 1)
                        .putShort((short) 0xFF)
                        .putInt(18 + text.length)
                        .putInt(0)
                        .putLong(requestId)
                        .putInt(status)
                        .putInt(code)
                        .putShort((short) text.length)
                        .put(text)
                        .array();
        assertArrayEquals(expected, answer, () -> new String(answer, StandardCharsets.UTF_8));
    }
}
