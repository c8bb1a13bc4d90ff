package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;

/**
 * What computes the pictures. Found by {@link java.util.ServiceLoader}: a module on the module path
 * that {@code provides} it takes the place of the test pattern.
 *
 * <p>Each worker has an instance of its own, which only that worker's thread calls.
 */
public interface GenerateBackend {

    /**
     * Computes a picture.
     *
     * @param request what was asked for, within the bounds of the protocol; valid until the return
     * @param seed the seed to use: the one that was sent, or the one that the daemon picked
     * @param pixels native memory for exactly width × height × 3 bytes: red, green, blue, row by
     *     row from the top left. Where the client shares memory, it sees them as they are written
     *     and can change them: write them, do not read them back to decide anything
     * @throws RequestRefusedException to answer the client with an error of one's own choice
     * @throws Exception anything else is answered with error 99, an {@link OutOfMemoryError} with
     *     error 8; the daemon goes on
     */
    void generate(RequestView request, long seed, MemorySegment pixels) throws Exception;

    /**
     * The longest prompt that the backend takes, in bytes of UTF-8: 256, as the original's, to
     * 2048, which the protocol allows at most. Asked once; a longer prompt is answered with error
     * 4.
     */
    default int maxPromptBytes() {
        return RequestBounds.DEFAULT_PROMPT_BYTES;
    }
}
