package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** MessagePack: what is read and written, and what is refused. */
class MessagePackCodecTest {

    @Property(tries = 300)
    void whatIsWrittenIsReadBack(@ForAll("messages") Map<String, Object> message)
            throws FrameException {
        byte[] frame = MessagePackCodec.encodeFrame(message);
        assertEquals(message, MessagePackCodec.decodeMap(frame, 4, frame.length - 4));
    }

    @Provide
    Arbitrary<Map<String, Object>> messages() {
        Arbitrary<Object> leaf =
                Arbitraries.oneOf(
                        Arbitraries.strings().map(Object.class::cast),
                        Arbitraries.longs().map(Object.class::cast),
                        Arbitraries.doubles().map(Object.class::cast),
                        Arbitraries.floats().map(Object.class::cast),
                        Arbitraries.of(true, false).map(Object.class::cast),
                        Arbitraries.longs()
                                .between(-10_000_000_000L, 100_000_000_000L)
                                .map(Instant::ofEpochSecond));
        Arbitrary<Object> value =
                Arbitraries.lazyOf(
                        () -> leaf,
                        () -> leaf.list().ofMaxSize(5).map(Object.class::cast),
                        () -> map(leaf).map(Object.class::cast));
        return map(value);
    }

    private static Arbitrary<Map<String, Object>> map(Arbitrary<Object> value) {
        return Arbitraries.maps(Arbitraries.strings().ofMaxLength(40), value).ofMaxSize(20);
    }

    @ParameterizedTest
    @CsvSource({
        // The three forms of the specification's timestamp extension.
        "81 a1 74 d6 ff 6989b7a8, 2026-02-09T10:32:08Z",
        "81 a1 74 d7 ff 77359400 6989b7a8, 2026-02-09T10:32:08.500Z",
        "81 a1 74 c7 0c ff 1dcd6500 000000006989b7a8, 2026-02-09T10:32:08.500Z",
        "81 a1 74 c7 0c ff 00000001 fffffffffffffffe, 1969-12-31T23:59:58.000000001Z",
        // The largest of each.
        "81 a1 74 d6 ff ffffffff, 2106-02-07T06:28:15Z",
        "81 a1 74 d7 ff ee6b27ff ffffffff, 2514-05-30T01:53:03.999999999Z",
        "81 a1 74 c7 0c ff 3b9ac9ff 00000003ffffffff, 2514-05-30T01:53:03.999999999Z"
    })
    void allFormsOfATimestampAreRead(String hex, String time) throws FrameException {
        assertEquals(Instant.parse(time), decode(hex).get("t"));
    }

    @Test
    void anIntegerOf64BitsWithoutSignIsRead() throws FrameException {
        assertEquals(
                BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
                decode("81 a1 6e cf ffffffffffffffff").get("n"));
        assertEquals(1L, decode("81 a1 6e cf 0000000000000001").get("n"));
    }

    @Test
    void bytesAndExtensionsAreRead() throws FrameException {
        assertArrayEquals(new byte[] {1, 2}, (byte[]) decode("81 a1 62 c4 02 0102").get("b"));
        assertEquals(new Extension((byte) 5, new byte[] {7}), decode("81 a1 65 d4 05 07").get("e"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', an empty frame is not a message",
        "93 01 02 03, 'a message is a map, not an array'",
        "81 01 02, 'a key of a map is a string, not an integer'",
        "82 a1 61 01 a1 61 02, the key \"a\" comes twice in a map",
        "81 a1 61, not MessagePack: a value is cut short",
        "81 a1 61 c1, not MessagePack",
        "81 a1 61 db 7fffffff, not MessagePack: a value is cut short",
        "81 a1 61 c6 7fffffff, not MessagePack: a value is cut short",
        "81 a1 61 dd 7fffffff, not MessagePack: a value is cut short",
        "df ffffffff, not MessagePack",
        "81 a1 61 a2 c3 28, a string is not UTF-8",
        "81 a1 61 01 00, the frame goes on for 1 bytes after the message",
        "81 a1 61 d7 ff ee6b2800 00000000, 'the timestamp \"a\" has 1000000000 nanoseconds'",
        "81 a1 61 d7 ff fffffffc 00000001, 'the timestamp \"a\" has 1073741823 nanoseconds'",
        "81 a1 61 91 c7 0c ff 3b9aca00 0000000000000001, 'the timestamp \"a\" has 1000000000 nano'",
        "81 a1 61 c7 0c ff ffffffff 0000000000000001, 'the timestamp \"a\" has 4294967295 nano'",
        "81 a1 61 c7 0c ff 00000000 7fffffffffffffff, the timestamp \"a\" is too far from now",
        "81 a1 61 c7 03 ff 000000, 'the timestamp \"a\" has 3 bytes, not 4, 8 or 12'",
        "81 a1 61 c7 0c ff 000000, not MessagePack: a value is cut short"
    })
    void whatIsNoMessageIsRefusedAndSaysWhy(String hex, String reason) {
        FrameException refusal = assertThrows(FrameException.class, () -> decode(hex));
        assertTrue(refusal.getMessage().startsWith(reason), refusal.getMessage());
    }

    @Test
    void aHundredLevelsAreReadAndNotOneMore() throws FrameException {
        decode("81 a1 61" + "91".repeat(99) + "01");
        FrameException refusal =
                assertThrows(
                        FrameException.class, () -> decode("81 a1 61" + "91".repeat(100) + "01"));
        assertEquals("nested deeper than 100 levels", refusal.getMessage());
    }

    @Test
    void aMessageOfManyTinyValuesIsRefused() {
        FrameException refusal =
                assertThrows(
                        FrameException.class,
                        () -> decode("81 a1 61 dd 000f4241" + "c0".repeat(1_000_001)));
        assertEquals("more than 1000000 values", refusal.getMessage());
    }

    @Test
    void whatHasNoFormIsNamed() {
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () -> MessagePackCodec.encodeFrame(Map.of("who", new Object())))
                        .getMessage()
                        .startsWith("who is a java.lang.Object"));
        Map<String, Object> endless = new HashMap<>();
        endless.put("self", List.of(endless));
        assertEquals(
                "self is nested deeper than 100 levels",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> MessagePackCodec.encodeFrame(endless))
                        .getMessage());
    }

    private static Map<String, Object> decode(String hex) throws FrameException {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return MessagePackCodec.decodeMap(bytes, 0, bytes.length);
    }
}
