package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A connection, a WEVE request, its response, and the end of the connection, each time: the system
 * calls of {@link dev.unixsocket.services.weave.WeaveClient}, in its order, in buffers that are
 * used again, so that nothing is allocated.
 */
final class FfmWeveSession implements BlockingSession {

    private final Address server;
    private final StreamSocket socket = StreamSocket.closed();
    private final Buffer buffer = Buffer.ofArena(Task.LARGEST_PAYLOAD);

    FfmWeveSession(Address server) {
        this.server = server;
    }

    @Override
    public void exchange() throws IOException {
        StreamSocket.connect(server, WevePicture.CONNECT_TIMEOUT, socket);
        try {
            write(WevePicture.writeRequest(buffer.bytes()));
            socket.receiveTimeout(WevePicture.ANSWER_TIMEOUT);
            read(0, WevePicture.HEADER_BYTES);
            read(WevePicture.HEADER_BYTES, WevePicture.payloadBytes(buffer.bytes()));
            if (!WevePicture.isPicture(buffer.bytes())) {
                throw new IOException("the server did not answer with a picture");
            }
        } finally {
            socket.close();
        }
    }

    private void write(long length) throws IOException {
        for (long done = 0; done < length; ) {
            done += socket.write(buffer.segment(), done, length - done);
        }
    }

    private void read(long offset, long length) throws IOException {
        MemorySegment segment = buffer.segment();
        for (long done = 0; done < length; ) {
            long got = socket.read(segment, offset + done, length - done);
            if (got == 0) {
                throw new EOFException("the server closed the connection");
            }
            done += got;
        }
    }

    @Override
    public void close() {
        buffer.close();
    }
}
