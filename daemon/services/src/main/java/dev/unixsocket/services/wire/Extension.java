package dev.unixsocket.services.wire;

import java.util.Arrays;

/**
 * A MessagePack extension that is not a timestamp, passed on as it is.
 *
 * @param type -128 to 127
 * @param bytes not copied: do not change them
 */
public record Extension(byte type, byte[] bytes) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Extension that
                && type == that.type
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Extension[type=" + type + ", " + bytes.length + " bytes]";
    }
}
