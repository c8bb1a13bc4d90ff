package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;

/**
 * A picture that a daemon made.
 *
 * @param requestId the request's number, as the daemon repeated it
 * @param generationTimeMillis how long the daemon computed
 * @param width in pixels
 * @param height in pixels
 * @param channels bytes per pixel: 3 are red, green, blue; 4 are these and alpha
 * @param pixels row by row from the top left, without padding
 */
public record GeneratedImage(
        long requestId,
        long generationTimeMillis,
        int width,
        int height,
        int channels,
        MemorySegment pixels) {

    /** The status of the response that brings a picture. */
    public static final int STATUS = Weve.STATUS_OK;

    /** Size of that response in bytes. */
    public long encodedBytes() {
        return Weve.HEADER_BYTES + Weve.RESPONSE_FIXED_BYTES + pixels.byteSize();
    }
}
