package dev.unixsocket.services.weave;

import java.lang.foreign.Arena;
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
 * @param shared whether the pixels lie in memory that the daemon can still change
 */
public record GeneratedImage(
        long requestId,
        long generationTimeMillis,
        int width,
        int height,
        int channels,
        MemorySegment pixels,
        boolean shared) {

    /** The status of the response that brings a picture. */
    public static final int STATUS = Weve.STATUS_OK;

    /** The same picture in memory of its own, for one that is valid for a while only. */
    public GeneratedImage copy() {
        MemorySegment own = Arena.ofAuto().allocate(pixels.byteSize());
        return new GeneratedImage(
                requestId,
                generationTimeMillis,
                width,
                height,
                channels,
                own.copyFrom(pixels),
                false);
    }

    /** Size of that response in bytes. */
    public long encodedBytes() {
        return Weve.HEADER_BYTES + Weve.RESPONSE_FIXED_BYTES + pixels.byteSize();
    }
}
