package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** Names on a terminal. */
class EscapedTest {

    @Test
    void whatCouldDoSomethingIsWrittenOut() {
        assertEquals("a\\nb\\tc\\rd\\\\e", Escaped.of("a\nb\tc\rd\\e"));
        assertEquals("\\x1b[31mred\\x07\\x9b", Escaped.of("\u001b[31mred\u0007\u009b"));
        assertEquals("\\u{202e}txt", Escaped.of("\u202etxt"));
        assertEquals("\\u{2028}\\u{d800}", Escaped.of("\u2028\ud800"));
    }

    @Test
    void otherTextStaysAsItIs() {
        assertEquals("a b-ü-日本-😀.sock", Escaped.of("a b-ü-日本-😀.sock"));
    }

    @Test
    void aSentenceKeepsItsBackslashes() {
        assertEquals("a\\nb \\x9b \\u{202e}", Escaped.sentence("a\\nb \u009b \u202e"));
        assertEquals("a\n\tb\\x1b", Escaped.lines("a\n\tb\u001b"));
    }

    @Test
    void aLineOfJsonMeansWhatItMeantAndHarmsNoTerminal() {
        Map<String, Object> object =
                Map.of(
                        "a\u2028\u009b",
                        "\u202e\u2066 \u007f \u2029 \udb40\udc41 \u200d b-\u00fc-\ud83d\ude00");
        String line = Json.line(object);
        assertEquals(
                "{\"a\\u2028\\u009b\":\"\\u202e\\u2066 \\u007f \\u2029 \\udb40\\udc41 \\u200d"
                        + " b-\u00fc-\ud83d\ude00\"}",
                line);
        assertEquals(object, Json.object(line));
    }
}
