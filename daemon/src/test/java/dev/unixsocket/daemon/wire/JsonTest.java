package dev.unixsocket.daemon.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"", "[1]", "{\"a\":1} x", "{\"a\":", "{a:1}", "nope"})
    void anythingButAnObjectIsRefused(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Json.object(text));
        assertTrue(refusal.getMessage().contains("JSON"), refusal.getMessage());
    }
}
