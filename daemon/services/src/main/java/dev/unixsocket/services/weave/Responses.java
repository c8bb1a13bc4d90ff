package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Decodes the payloads that a daemon sends. */
final class Responses {

    private Responses() {}

    /** A picture; everything in it is checked against its own length. */
    static GeneratedImage image(MemorySegment payload) throws WeaveException {
        if (payload.byteSize() < Weve.RESPONSE_FIXED_BYTES) {
            throw tooShort("response", payload);
        }
        return image(
                payload.asSlice(0, Weve.RESPONSE_FIXED_BYTES),
                payload.asSlice(Weve.RESPONSE_FIXED_BYTES),
                false);
    }

    /**
     * As {@link #image(MemorySegment)}, with the pixels elsewhere.
     *
     * @param payload what comes before them; nobody else changes it
     * @param shared whether the daemon can still change the pixels
     */
    static GeneratedImage image(MemorySegment payload, MemorySegment pixels, boolean shared)
            throws WeaveException {
        int status = Weve.u32(payload, 8);
        if (status != Weve.STATUS_OK) {
            throw new WeaveException.BadAnswer("a picture with status " + status);
        }
        int width = Weve.u32(payload, 16);
        int height = Weve.u32(payload, 20);
        int channels = Weve.u32(payload, 24);
        long pixelBytes = Integer.toUnsignedLong(Weve.u32(payload, 28));
        boolean plausible =
                width > 0
                        && height > 0
                        && (channels == 3 || channels == 4)
                        && Math.multiplyHigh((long) width * height, channels) == 0
                        && (long) width * height * channels == pixelBytes
                        && pixels.byteSize() == pixelBytes;
        if (!plausible) {
            throw new WeaveException.BadAnswer(
                    "%d x %d pixels of %d bytes do not make %d bytes in a payload of %d"
                            .formatted(
                                    width,
                                    height,
                                    channels,
                                    pixelBytes,
                                    Weve.RESPONSE_FIXED_BYTES + pixels.byteSize()));
        }
        return new GeneratedImage(
                Weve.u64(payload, 0),
                Integer.toUnsignedLong(Weve.u32(payload, 12)),
                width,
                height,
                channels,
                pixels,
                shared);
    }

    /** An error, as the exception to throw. */
    static WeaveException refusal(MemorySegment payload) {
        if (payload.byteSize() < Weve.ERROR_FIXED_BYTES) {
            return tooShort("error", payload);
        }
        int length = Weve.u16(payload, 16);
        if (Weve.ERROR_FIXED_BYTES + length > payload.byteSize()) {
            return tooShort("error", payload);
        }
        byte[] text =
                payload.asSlice(Weve.ERROR_FIXED_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        return new WeaveException.Refused(
                Weve.u32(payload, 8),
                Weve.u32(payload, 12),
                new String(text, StandardCharsets.UTF_8));
    }

    private static WeaveException tooShort(String type, MemorySegment payload) {
        return new WeaveException.BadAnswer(
                "a payload of %d bytes is too short for its %s"
                        .formatted(payload.byteSize(), type));
    }
}
