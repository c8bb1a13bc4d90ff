package dev.unixsocket.ffi;

import java.io.Closeable;

/**
 * What owns a descriptor, which can be sent to another process with a message ({@code SCM_RIGHTS}
 * of unix(7)). The receiver gets a descriptor of its own for the same open file; this one stays
 * this process's, and may be closed as soon as the message is sent. A connection should not be
 * closed here while another thread waits in a call on it, which shutdown(2) then ends for the
 * receiver too.
 */
public sealed interface HasDescriptor extends Closeable
        permits OpenFile, StreamSocket, StreamListener, SeqpacketListener, MessageSocket {

    /** Closes the descriptor: close(2). A second call does nothing. */
    @Override
    void close();
}
