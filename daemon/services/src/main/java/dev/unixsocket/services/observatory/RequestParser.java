package dev.unixsocket.services.observatory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads HTTP/1.1 requests, RFC 9112, from bytes that come in pieces of any size: what it makes of
 * them does not depend on where they are cut. What is not well-formed is refused. Serves one
 * connection; confined to one thread.
 *
 * <p>A request is a head, which {@link Head} judges, and a body of a length that the head says, or
 * in chunks.
 */
public final class RequestParser {

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

    /** What a line may have before more memory is taken for it. */
    private static final int LINE_BYTES = 256;

    /** What a header that is kept takes beside its value, in bytes. */
    private static final int VALUE_BYTES = 64;

    /** The value of a header: RFC 9110, section 5.5. */
    private static final Pattern VALUE = Pattern.compile("[\t -~\u0080-\u00ff]*+");

    private static final String CONTROL = "the value of a header has a control character";

    /** What {@link Head} asks for. */
    private static final Set<String> HEEDED =
            Set.of(
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "expect",
                    "host",
                    "user-agent",
                    "accept-encoding");

    /** In a trailer, they are not even checked: Netty drops them as RFC 9110, 6.5.1, says. */
    private static final Set<String> NEVER_IN_TRAILER =
            Set.of("content-length", "transfer-encoding", "trailer");

    /** The line before a chunk, RFC 9112, section 7.1: its size, and what Netty lets follow it. */
    private static final Pattern CHUNK_LINE =
            Pattern.compile("[\\s\u001c-\u001f]*+([0-9A-Fa-f]++)([\\x00- ][^;]*+)?");

    /** Likewise, with extensions, which are checked and not heeded. */
    private static final Pattern CHUNK_LINE_EXTENDED = extended();

    private static Pattern extended() {
        String size = "[\t ]*+([0-9A-Fa-f]++)([\t ][0-9A-Fa-f\t ]*+)?+";
        String name = "[\t !-~&&[^(),/:<=>?@\\[\\\\\\]{}]]*+";
        String token = ";?+[!-~&&[^(),/:;<=>?@\\[\\\\\\]{}]]*+";
        String quoted = "\"(?:[\t -~&&[^\"\\\\]]|\\\\[\t -~])*+\"[\t ]*+";
        String value = "[\t ]*+(?=.)(?:" + quoted + "|(?!\")" + token + ")";
        return Pattern.compile(size + "(?:;" + name + "(?:=" + value + ")?+)++");
    }

    private final Memory memory;
    private final Body body;
    private final LeadingLineEnds leadingLineEnds = new LeadingLineEnds();
    private byte[] line = new byte[LINE_BYTES];
    private int lineLength;

    /** The name of the header that came last, in lower case; null if none came. */
    private String name;

    /** Its value, which may go on in the next line. */
    private final StringBuilder value = new StringBuilder();

    /** The values of the headers that are heeded, by their names in lower case. */
    private final Map<String, List<String>> heeded = new HashMap<>();

    /** What these values take of the memory. */
    private long keptBytes;

    /** How many bytes the header lines yet to come may have. */
    private int fieldBytesLeft;

    private Head.Line requestLine;
    private Head head;
    private State state = State.REQUEST_LINE;

    /** How many bytes of the body, the chunk or the line end after it are yet to come. */
    private long left;

    /** For a connection; what the requests take is counted there. */
    RequestParser(Memory memory) {
        this.memory = memory;
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
                    if (readFields(in)) {
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
                    if (readFields(in)) {
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
        return state != State.REQUEST_LINE || lineLength > 0;
    }

    /** What came before the body that {@link Progress#EXPECTS_CONTINUE} is about. */
    Head head() {
        return head;
    }

    /** Forgets what came of a request, when nothing more can follow. A second call is allowed. */
    void discard() {
        body.discard();
        forgetFields();
        shrinkLine();
    }

    /** The first piece is counted with the connection. */
    private static int counted(int size) {
        return size > LINE_BYTES ? size : 0;
    }

    private void shrinkLine() {
        if (line.length > LINE_BYTES) {
            memory.release(counted(line.length));
            line = new byte[LINE_BYTES];
        }
    }

    /** The request that is complete; the next one can follow. */
    Request take() {
        if (state != State.COMPLETE) {
            throw new IllegalStateException("no request is complete");
        }
        Request request = new Request(head, body.take());
        forgetFields();
        shrinkLine();
        state = State.REQUEST_LINE;
        return request;
    }

    private void readRequestLine(ByteBuffer in) throws RefusedException {
        while (lineLength == 0
                && in.hasRemaining()
                && leadingLineEnds.skips(in.get(in.position()))) {
            in.get();
        }
        if (in.hasRemaining() && readLine(in, Limits.HEADER_BYTES)) {
            requestLine = Head.Line.of(takeLine());
            fieldBytesLeft = Limits.HEADER_BYTES;
            state = State.HEADER;
        }
    }

    /** Reads a header line; returns whether it was the empty one after the last. */
    private boolean readFields(ByteBuffer in) throws RefusedException {
        if (!readLine(in, fieldBytesLeft)) {
            return false;
        }
        String text = takeLine();
        fieldBytesLeft -= text.length();
        if (name != null && !text.isEmpty() && isBlank(text.charAt(0))) {
            count(text.length());
            value.append(' ').append(text.trim()); // folded: obsolete, and still sent
            return false;
        }
        keepField();
        if (!text.isEmpty()) {
            beginField(text);
        }
        return text.isEmpty();
    }

    private void beginField(String text) throws RefusedException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RefusedException.malformed("a header line has no colon");
        }
        int from = colon + 1;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        if (from < to && Character.isWhitespace(text.charAt(from))) {
            throw RefusedException.malformed(CONTROL);
        }
        name = text.substring(0, colon).toLowerCase(Locale.ROOT);
        value.setLength(0);
        value.append(text, from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Keeps the header that came last, now that its value is complete. */
    private void keepField() throws RefusedException {
        String key = name;
        name = null;
        boolean trailing = state == State.TRAILER;
        if (key == null || (trailing && NEVER_IN_TRAILER.contains(key))) {
            return;
        }
        if (!Head.TOKEN.matcher(key).matches()) {
            throw RefusedException.malformed("the name of a header is not a token");
        }
        if (!value.isEmpty() && value.charAt(0) == ' ') {
            throw RefusedException.malformed("a folded header has nothing in its first line");
        }
        if (!VALUE.matcher(value).matches()) {
            throw RefusedException.malformed(CONTROL);
        }
        if (!trailing && HEEDED.contains(key)) {
            count(VALUE_BYTES + value.length());
            heeded.computeIfAbsent(key, _ -> new ArrayList<>()).add(value.toString());
        }
    }

    private void count(long bytes) throws RefusedException {
        memory.reserve(bytes);
        keptBytes += bytes;
    }

    private void forgetFields() {
        heeded.clear();
        memory.release(keptBytes);
        keptBytes = 0;
    }

    private void beginBody() throws RefusedException {
        head = Head.of(requestLine, name -> heeded.getOrDefault(name, List.of()));
        forgetFields();
        body.begin(head);
        left = head.contentLength();
        state = head.isChunked() ? State.CHUNK_SIZE : left > 0 ? State.BODY : State.COMPLETE;
    }

    private void readBody(ByteBuffer in, State next) throws RefusedException {
        left -= body.add(in, left);
        if (left == 0) {
            left = CRLF.length;
            state = next;
        }
    }

    private void readChunkSize(ByteBuffer in) throws RefusedException {
        if (!readLine(in, Limits.HEADER_BYTES)) {
            return;
        }
        boolean endsWell = lineLength > 0 && line[lineLength - 1] == '\r';
        String text = takeLine();
        Pattern form = text.indexOf(';') < 0 ? CHUNK_LINE : CHUNK_LINE_EXTENDED;
        Matcher size = form.matcher(text);
        if (!endsWell || !size.matches()) {
            throw RefusedException.malformed("the line before a chunk is not well-formed");
        }
        try {
            left = Integer.parseInt(size.group(1), 16);
        } catch (NumberFormatException e) {
            throw RefusedException.malformed("the size of a chunk is too large a number");
        }
        state = left > 0 ? State.CHUNK : State.TRAILER;
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

    /**
     * Collects the bytes of a line, up to and with its end.
     *
     * @param limit how many bytes the line may have, without its end
     * @return whether it is complete, for {@link #takeLine}
     */
    private boolean readLine(ByteBuffer in, int limit) throws RefusedException {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                if (lineLength > limit && line[lineLength - 1] != '\r') {
                    throw Limits.headersTooLarge();
                }
                return true;
            }
            if (lineLength > limit) { // by more than the CR
                throw Limits.headersTooLarge();
            }
            if (lineLength == line.length) {
                memory.reserve(2L * lineLength);
                byte[] longer = Arrays.copyOf(line, 2 * lineLength);
                memory.release(counted(lineLength));
                line = longer;
            }
            line[lineLength++] = b;
        }
        return false;
    }

    /**
     * The line that is complete, a character for each byte. It ends with CR LF, or with LF alone,
     * as people type it; RFC 9112, section 2.2.
     */
    private String takeLine() {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * What may come before a request line: a few line ends, left over from the request before; RFC
     * 9112, section 2.2. Serves one connection; confined to one thread.
     */
    public static final class LeadingLineEnds {

        private int bytes;

        /** None has come. */
        public LeadingLineEnds() {}

        /**
         * Looks at the next byte, when no byte of a request line has come.
         *
         * @return whether it is to be skipped; otherwise the request line begins with it
         * @throws RefusedException 400 if nothing can begin with it, or after too many line ends
         */
        public boolean skips(byte b) throws RefusedException {
            if (b == '\r' || b == '\n') {
                bytes++;
                if (bytes > Limits.LEADING_LINE_END_BYTES) {
                    throw RefusedException.malformed(
                            "too many empty lines come before the request");
                }
                return true;
            }
            if (b >= 0 && b <= ' ') {
                throw RefusedException.malformed(
                        "a blank or a control character precedes the method");
            }
            bytes = 0;
            return false;
        }
    }
}
