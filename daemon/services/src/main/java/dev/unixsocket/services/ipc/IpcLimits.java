package dev.unixsocket.services.ipc;

import dev.unixsocket.services.wire.FrameDecoder;

import java.time.Duration;

/**
 * What an IPC server allows a connection.
 *
 * @param maxFrameBytes longest frame, without its length
 * @param readTimeout how long the next message may take to come whole, from the answer to the one
 *     before; zero means no limit
 * @param writeTimeout how long the peer may take to accept an answer; zero means no limit
 */
public record IpcLimits(int maxFrameBytes, Duration readTimeout, Duration writeTimeout) {

    /** 10 MiB, 30 s and 30 s. */
    public static final IpcLimits DEFAULT =
            new IpcLimits(
                    FrameDecoder.DEFAULT_MAX_FRAME_BYTES,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));
}
