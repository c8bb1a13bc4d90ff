package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The WEVE wire format: one request on a connection, one response, all integers big-endian. {@code
 * docs/PROTOCOL.md} describes it with examples. Every offset in here is in bytes.
 */
final class Weve {

    static final int MAGIC = 0x57455645;
    static final int VERSION = 1;

    static final int GENERATE_REQUEST = 0x0001;
    static final int GENERATE_RESPONSE = 0x0002;
    static final int ERROR = 0x00FF;

    /** Every message begins with these: magic, version, type, payload length, reserved. */
    static final int HEADER_BYTES = 16;

    /** A whole message, header included. */
    static final int MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

    static final int MAX_PAYLOAD_BYTES = MAX_MESSAGE_BYTES - HEADER_BYTES;

    /** The payload of a request before the prompt data. */
    static final int REQUEST_FIXED_BYTES = 60;

    /** The payload of a response before the pixels. */
    static final int RESPONSE_FIXED_BYTES = 32;

    /** The payload of an error before its message. */
    static final int ERROR_FIXED_BYTES = 18;

    static final int STATUS_OK = 200;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Weve() {}

    static int u16(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(SHORT, offset));
    }

    static int u32(MemorySegment segment, long offset) {
        return segment.get(INT, offset);
    }

    static long u64(MemorySegment segment, long offset) {
        return segment.get(LONG, offset);
    }

    static float f32(MemorySegment segment, long offset) {
        return segment.get(FLOAT, offset);
    }

    static void u16(MemorySegment segment, long offset, int value) {
        segment.set(SHORT, offset, (short) value);
    }

    static void u32(MemorySegment segment, long offset, int value) {
        segment.set(INT, offset, value);
    }

    static void u64(MemorySegment segment, long offset, long value) {
        segment.set(LONG, offset, value);
    }

    static void f32(MemorySegment segment, long offset, float value) {
        segment.set(FLOAT, offset, value);
    }

    static void writeHeader(MemorySegment segment, int type, int payloadLength) {
        u32(segment, 0, MAGIC);
        u16(segment, 4, VERSION);
        u16(segment, 6, type);
        u32(segment, 8, payloadLength);
        u32(segment, 12, 0);
    }

    /** The payload length in a header, as an unsigned number. */
    static long payloadLength(MemorySegment header) {
        return Integer.toUnsignedLong(u32(header, 8));
    }
}
