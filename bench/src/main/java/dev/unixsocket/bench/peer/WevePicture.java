package dev.unixsocket.bench.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The request that {@code ConnectPerRequest} sends and the response it gets, in the WEVE protocol:
 * a picture of 64 by 64 pixels, RGB, all of one value, so that the sockets are what is compared.
 */
final class WevePicture {

    /** The client's timeouts: for the connection and the request, and for the answer. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(65);

    static final int WIDTH = 64;
    static final int HEIGHT = 64;
    static final int CHANNELS = 3;
    static final byte FILL = 0x7f;
    static final int HEADER_BYTES = 16;
    static final int RESPONSE_BYTES = HEADER_BYTES + 32 + WIDTH * HEIGHT * CHANNELS;
    static final String PROMPT = "a lighthouse in the fog";
    static final int STEPS = 4;
    static final float CFG = 7f;

    private static final int MAGIC = 0x57455645;
    private static final short VERSION = 1;
    private static final short REQUEST = 1;
    private static final short RESPONSE = 2;
    private static final int FIXED_REQUEST_BYTES = 60;
    private static final int STATUS_OK = 200;
    private static final byte[] PROMPT_BYTES = PROMPT.getBytes(StandardCharsets.UTF_8);

    private WevePicture() {}

    /** Writes a whole request at the beginning of the buffer: its length in bytes. */
    static int writeRequest(ByteBuffer to) {
        int length = PROMPT_BYTES.length;
        to.clear();
        to.putInt(MAGIC).putShort(VERSION).putShort(REQUEST);
        to.putInt(FIXED_REQUEST_BYTES + 3 * length).putInt(0);
        to.putLong(1).putInt(0).putInt(WIDTH).putInt(HEIGHT).putInt(STEPS).putFloat(CFG).putLong(1);
        for (int i = 0; i < 3; i++) {
            to.putInt(i * length).putInt(length);
        }
        for (int i = 0; i < 3; i++) {
            to.put(PROMPT_BYTES);
        }
        return to.position();
    }

    /** Bytes after the header of the message at the beginning of the buffer. */
    static int payloadBytes(ByteBuffer message) {
        if (message.getInt(0) != MAGIC) {
            throw new IllegalStateException("not a WEVE message");
        }
        return message.getInt(8);
    }

    /** Whether the message at the beginning of the buffer is a picture. */
    static boolean isPicture(ByteBuffer message) {
        return message.getShort(6) == RESPONSE && message.getInt(24) == STATUS_OK;
    }

    /** Replaces the request at the beginning of the buffer by its response. */
    static void writeResponse(ByteBuffer message) {
        long id = message.getLong(16);
        int pixels = RESPONSE_BYTES - HEADER_BYTES - 32;
        message.clear();
        message.putInt(MAGIC).putShort(VERSION).putShort(RESPONSE);
        message.putInt(RESPONSE_BYTES - HEADER_BYTES).putInt(0);
        message.putLong(id).putInt(STATUS_OK).putInt(0);
        message.putInt(WIDTH).putInt(HEIGHT).putInt(CHANNELS).putInt(pixels);
        for (int i = 0; i < pixels; i++) {
            message.put(FILL);
        }
    }
}
