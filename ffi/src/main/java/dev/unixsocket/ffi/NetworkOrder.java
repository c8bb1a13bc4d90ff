package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers in network byte order, big-endian, as {@code struct sockaddr_in} holds them. */
final class NetworkOrder {

    private static final ValueLayout.OfShort SHORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private NetworkOrder() {}

    static void put(MemorySegment segment, long offset, short value) {
        segment.set(SHORT, offset, value);
    }

    static void put(MemorySegment segment, long offset, int value) {
        segment.set(INT, offset, value);
    }

    static int unsignedShort(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset));
    }
}
