package dev.unixsocket.uds.weave;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of requests, good and bad, put together without the code under test. */
final class RawRequest {

    int magic = 0x57455645;
    int version = 1;
    int type = 1;
    Integer payloadLength;
    long requestId = 0x1122334455667788L;
    int model;
    int width = 64;
    int height = 64;
    int steps = 20;
    float cfg = 7.0f;
    long seed = 42;
    int[] prompts = {0, 5, 5, 5, 10, 5};
    byte[] promptData = "helloworldagain".getBytes(StandardCharsets.UTF_8);

    /** The whole message. */
    byte[] bytes() {
        ByteBuffer message = ByteBuffer.allocate(16 + 60 + promptData.length);
        message.putInt(magic).putShort((short) version).putShort((short) type);
        message.putInt(payloadLength != null ? payloadLength : 60 + promptData.length).putInt(0);
        message.putLong(requestId).putInt(model).putInt(width).putInt(height).putInt(steps);
        message.putFloat(cfg).putLong(seed);
        for (int number : prompts) {
            message.putInt(number);
        }
        return message.put(promptData).array();
    }

    /** A header alone. */
    static byte[] header(int payloadLength) {
        return ByteBuffer.allocate(16)
                .putInt(0x57455645)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(payloadLength)
                .putInt(0)
                .array();
    }

    /** Both, one after the other. */
    static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
