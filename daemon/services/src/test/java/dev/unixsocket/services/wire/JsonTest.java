package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages as lines of JSON. */
class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1,\"b\":-2.5,\"c\":\"ü\\n\",\"d\":[true,false,null,{}],\"e\":{\"f\":[]}}",
                "{\"n\":18446744073709551615}"
            })
    void whatIsReadIsWrittenBack(String line) {
        assertEquals(line, Json.line(Json.object(line)));
    }

    @Test
    void whatJsonHasNoFormForBecomesText() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("time", Instant.parse("2026-02-09T10:30:00Z"));
        message.put("bytes", new byte[] {1, 2, 3});
        assertEquals("{\"time\":\"2026-02-09T10:30:00Z\",\"bytes\":\"AQID\"}", Json.line(message));
    }

    @Test
    void inAsciiNothingCommandsATerminal() {
        String line = Json.asciiLine(Map.of("name", "\u001b[31m \u009b ü \u202e"));
        assertEquals("{\"name\":\"\\u001B[31m \\u009B \\u00FC \\u202E\"}", line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[1]",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{\"a\":",
                "{a:1}",
                "nope",
                "{\"a\":1,\"a\":2}"
            })
    void anythingButAnObjectIsRefused(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Json.object(text));
        assertTrue(refusal.getMessage().contains("JSON"), refusal.getMessage());
    }

    @Test
    void whereAnObjectBeganIsSaidWithoutTheSettingsOfTheLibrary() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Json.object("{"));
        assertEquals(
                "not JSON, at line 1, column 2: Unexpected end-of-input: expected close marker for"
                        + " Object (start marker at line: 1, column: 1)",
                refusal.getMessage());
    }

    @Test
    void whatIsNestedTooDeeplyIsRefused() {
        String text = "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}";
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Json.object(text));
        assertEquals(
                "not JSON, at line 1, column 106: Document nesting depth (101) exceeds the maximum"
                        + " allowed (100)",
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400"})
    void aNumberThatIsTooLargeIsRefusedAndNotInfinite(String number) {
        assertThrows(IllegalArgumentException.class, () -> Json.object("{\"n\":" + number + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\ud800\"}",
                "{\"a\":[\"\\udc00\\ud800\"]}",
                "{\"\\ud800\":1}",
                "{\"a\":{\"b\\udfff\":1}}"
            })
    void halfACharacterIsRefused(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Json.object(text));
        assertEquals("not JSON: an unpaired surrogate in a text", refusal.getMessage());
    }

    @Test
    void aPairOfSurrogatesIsACharacter() {
        assertEquals(Map.of("a", "😀"), Json.object("{\"a\":\"\\ud83d\\ude00\"}"));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] bytes = "{\"a\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(IllegalArgumentException.class, () -> Json.object(bytes));
    }
}
