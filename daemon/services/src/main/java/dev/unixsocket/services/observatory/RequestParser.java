package dev.unixsocket.services.observatory;

import java.nio.ByteBuffer;

/**
 * Reads HTTP/1.1 requests, RFC 9112, from bytes that come in pieces of any size: what it makes of
 * them does not depend on where they are cut. Serves one connection; confined to one thread.
 *
 * <p>A request is a head, which {@link HeaderLines} takes apart line by line and {@link Head}
 * judges, and a body of a length that the head says, or in chunks.
 */
final class RequestParser {

    /** What {@link #advance} came to. */
    enum Progress {
        /** The end of the bytes. */
        NEEDS_MORE,
        /** The end of a head whose sender waits for {@code 100 Continue}. */
        EXPECTS_CONTINUE,
        /** The end of a request, which {@link #take} returns. */
        COMPLETE
    }

    private enum State {
        /** Before or in the request line. */
        REQUEST_LINE,
        /** In the header lines. */
        HEADER,
        /** In a body whose length is known. */
        BODY,
        /** In the line before a chunk. */
        CHUNK_SIZE,
        /** In a chunk. */
        CHUNK,
        /** In the line end after a chunk. */
        CHUNK_END,
        /** In the header lines after the last chunk. */
        TRAILER,
        /** After the end of a request that was not taken yet. */
        COMPLETE
    }

    private static final byte[] CRLF = {'\r', '\n'};

    private final LineReader line = new LineReader();
    private final LeadIn leadIn = new LeadIn();
    private final HeaderLines header = new HeaderLines();
    private final Body body;
    private RequestLine requestLine;
    private Head head;
    private State state = State.REQUEST_LINE;

    /** How many bytes the header lines yet to come may have. */
    private int headerBytesLeft;

    /** How many bytes of the body, the chunk or the line end after it are yet to come. */
    private long left;

    /** For a connection; what the bodies take is counted there. */
    RequestParser(BodyMemory memory) {
        body = new Body(memory);
    }

    /**
     * Takes bytes up to the end of what is there or of the request. To be called until it says
     * {@link Progress#NEEDS_MORE}.
     *
     * @throws RefusedException if it is no HTTP or passes a limit; nothing can follow
     */
    Progress advance(ByteBuffer in) throws RefusedException {
        while (state != State.COMPLETE && in.hasRemaining()) {
            switch (state) {
                case REQUEST_LINE -> readRequestLine(in);
                case HEADER -> {
                    if (readHeaderLine(in)) {
                        beginBody();
                        if (head.asksToContinue()) {
                            return Progress.EXPECTS_CONTINUE;
                        }
                    }
                }
                case BODY -> readBody(in, State.COMPLETE);
                case CHUNK_SIZE -> readChunkSize(in);
                case CHUNK -> readBody(in, State.CHUNK_END);
                case CHUNK_END -> readChunkEnd(in);
                case TRAILER -> {
                    if (readHeaderLine(in)) {
                        state = State.COMPLETE;
                    }
                }
                case COMPLETE -> {}
            }
        }
        return state == State.COMPLETE ? Progress.COMPLETE : Progress.NEEDS_MORE;
    }

    /** Whether a part of a request has come. */
    boolean hasBegun() {
        return state != State.REQUEST_LINE || !line.isEmpty();
    }

    /** What came before the body that {@link Progress#EXPECTS_CONTINUE} is about. */
    Head head() {
        return head;
    }

    /** Forgets what came of a body, when nothing more can follow. A second call does nothing. */
    void discard() {
        body.discard();
    }

    /** The request that is complete; the next one can follow. */
    Request take() {
        if (state != State.COMPLETE) {
            throw new IllegalStateException("no request is complete");
        }
        Request request = new Request(head, body.take());
        header.clear();
        state = State.REQUEST_LINE;
        return request;
    }

    private void readRequestLine(ByteBuffer in) throws RefusedException {
        while (line.isEmpty() && in.hasRemaining() && leadIn.skips(in.get(in.position()))) {
            in.get();
        }
        if (in.hasRemaining() && line.read(in, Limits.HEADER_BYTES, LineReader.End.ANY)) {
            requestLine = RequestLine.of(line.text());
            headerBytesLeft = Limits.HEADER_BYTES;
            state = State.HEADER;
        }
    }

    /** Reads a line of the head or of the trailer; returns whether that is complete. */
    private boolean readHeaderLine(ByteBuffer in) throws RefusedException {
        if (!line.read(in, headerBytesLeft, LineReader.End.ANY)) {
            return false;
        }
        if (line.length() == 0) {
            header.end();
            return true;
        }
        headerBytesLeft -= line.length();
        header.add(line.text());
        return false;
    }

    private void beginBody() throws RefusedException {
        head = Head.of(requestLine, header::values);
        body.begin(head);
        if (head.isChunked()) {
            state = State.CHUNK_SIZE;
            return;
        }
        left = head.contentLength();
        state = left > 0 ? State.BODY : State.COMPLETE;
    }

    private void readBody(ByteBuffer in, State next) throws RefusedException {
        left -= body.add(in, left);
        if (left == 0) {
            left = CRLF.length;
            state = next;
        }
    }

    private void readChunkSize(ByteBuffer in) throws RefusedException {
        if (line.read(in, Limits.HEADER_BYTES, LineReader.End.CRLF)) {
            left = ChunkLine.size(line.text());
            state = left > 0 ? State.CHUNK : State.TRAILER;
        }
    }

    private void readChunkEnd(ByteBuffer in) throws RefusedException {
        if (in.get() != CRLF[CRLF.length - (int) left]) {
            throw RefusedException.malformed("a chunk is not as long as it says");
        }
        left--;
        if (left == 0) {
            state = State.CHUNK_SIZE;
        }
    }
}
