package dev.unixsocket.services.wire;

import dev.unixsocket.ffi.ByteStream;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;

/**
 * Reads frames from a socket, as many with one read(2) as are there. A frame has to be whole within
 * a time limit, so that a peer that sends a byte now and then cannot hold the connection for ever.
 *
 * <p>Confined to one thread.
 */
public final class FrameReader {

    /** What {@link #next} found. */
    public enum Outcome {
        /** A whole frame: {@link #message} decodes it. */
        FRAME,
        /** The peer has ended the stream, after a whole frame or before the first. */
        END,
        /** Nothing came within the time that was allowed; the stream can be read on. */
        NOTHING
    }

    private static final int CHUNK_BYTES = 64 * 1024;

    private final TimedReader reader;
    private final FrameDecoder decoder;
    private final Duration frameLimit;
    private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK_BYTES);

    /**
     * A reader; from now on it sets the socket's receive timeout.
     *
     * @param maxFrameBytes as in {@link FrameDecoder#FrameDecoder}
     * @param frameLimit how long a frame that has begun may take; zero means no limit
     */
    public FrameReader(ByteStream socket, int maxFrameBytes, Duration frameLimit) {
        this.reader = new TimedReader(socket);
        this.decoder = new FrameDecoder(maxFrameBytes);
        this.frameLimit = frameLimit;
    }

    /**
     * Waits for the next frame.
     *
     * @param patience how long to wait for its first byte; zero means no limit
     * @throws FrameException if it is too long, or the stream ends inside it
     * @throws SyscallException if the call fails; {@link SyscallException#timedOut} when the frame
     *     was not whole in time
     */
    public Outcome next(Duration patience) throws IOException {
        if (decoder.next()) {
            return Outcome.FRAME;
        }
        boolean inside = decoder.isInsideFrame();
        return read(inside ? frameLimit : patience, inside);
    }

    /**
     * Waits for a whole frame.
     *
     * @param limit for all of it, from now on; more than 0
     * @return never {@link Outcome#NOTHING}
     * @throws FrameException as {@link #next}
     * @throws SyscallException as {@link #next}; also when nothing came in time
     */
    public Outcome nextWithin(Duration limit) throws IOException {
        return decoder.next() ? Outcome.FRAME : read(limit, true);
    }

    /** Of a frame that has begun, the limit is for all of it. */
    private Outcome read(Duration limit, boolean begun) throws IOException {
        boolean inside = begun;
        reader.begin(limit);
        while (true) {
            long got;
            try {
                got = reader.read(chunk, 0, CHUNK_BYTES);
            } catch (SyscallException e) {
                if (e.timedOut() && !inside) {
                    return Outcome.NOTHING;
                }
                throw e;
            }
            if (got == 0) {
                return end();
            }
            decoder.feed(chunk, (int) got);
            if (decoder.next()) {
                return Outcome.FRAME;
            }
            if (!inside) {
                inside = true;
                reader.begin(frameLimit);
            }
        }
    }

    private Outcome end() throws FrameException {
        if (decoder.isInsideFrame()) {
            throw new FrameException(
                    "the stream ended inside a frame, after %d bytes of it"
                            .formatted(decoder.pendingBytes()));
        }
        return Outcome.END;
    }

    /** How many bytes the frame had on the wire. */
    public int frameBytes() {
        return Integer.BYTES + decoder.frameLength();
    }

    /** Whether the next frame is here already, so that {@link #next} will not wait. */
    public boolean hasNext() {
        return decoder.hasNext();
    }

    /**
     * Decodes the frame.
     *
     * @throws FrameException if it is not a map in MessagePack
     */
    public Map<String, Object> message() throws FrameException {
        return MessagePackCodec.decodeMap(
                decoder.array(), decoder.frameOffset(), decoder.frameLength());
    }

    /**
     * As {@link #message}, for peers whose decoders are not strict; see {@link
     * MessagePackCodec#decodeLeadingMap}.
     */
    public Map<String, Object> leadingMessage() throws FrameException {
        return MessagePackCodec.decodeLeadingMap(
                decoder.array(), decoder.frameOffset(), decoder.frameLength());
    }
}
