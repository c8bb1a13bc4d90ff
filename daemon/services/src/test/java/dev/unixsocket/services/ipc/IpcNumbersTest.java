package dev.unixsocket.services.ipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unixsocket.services.wire.FrameException;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.Map;

/** Timestamps that are numbers. */
class IpcNumbersTest {

    private static FrameException refusal(Object timestamp) {
        return assertThrows(
                FrameException.class,
                () -> IpcMessage.of(Map.of("id", "1", "type", "t", "timestamp", timestamp)));
    }

    @Test
    void oneThatHas64BitsWithoutASignIsRefusedWithTheRange() {
        assertEquals(
                "the field \"timestamp\" is 18446744073709551615: an integer is from"
                        + " -9223372036854775808 to 9223372036854775807",
                refusal(new BigInteger("18446744073709551615")).getMessage());
    }

    @Test
    void theSmallestAndTheLargestAreMilliseconds() throws FrameException {
        for (long number : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -100_000_000_000L}) {
            Map<String, Object> fields = Map.of("id", "1", "type", "t", "timestamp", number);
            assertEquals(number, IpcMessage.of(fields).timestamp().toEpochMilli());
        }
    }
}
