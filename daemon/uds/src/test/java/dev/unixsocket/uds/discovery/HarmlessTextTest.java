package dev.unixsocket.uds.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Names on a terminal. */
class HarmlessTextTest {

    @Test
    void whatCouldDoSomethingIsWrittenOut() {
        assertEquals("a\\nb\\tc\\rd\\\\e", HarmlessText.of("a\nb\tc\rd\\e"));
        assertEquals("\\x1b[31mred\\x07\\x9b", HarmlessText.of("\u001b[31mred\u0007\u009b"));
        assertEquals("\\u{202e}txt", HarmlessText.of("\u202etxt"));
        assertEquals("\\u{2028}\\u{d800}", HarmlessText.of("\u2028\ud800"));
    }

    @Test
    void otherTextStaysAsItIs() {
        assertEquals("a b-ü-日本-😀.sock", HarmlessText.of("a b-ü-日本-😀.sock"));
    }
}
