package dev.unixsocket.daemon.observatory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of one request after the other, and what follows from it: how long the body is, RFC
 * 9112, section 6. Only the headers that this server heeds are kept. Confined to one thread.
 */
final class RequestHead {

    private RequestLine line;
    private final List<String> contentLengths = new ArrayList<>();
    private final List<String> transferEncodings = new ArrayList<>();
    private final List<String> connection = new ArrayList<>();
    private final List<String> expectations = new ArrayList<>();

    /** The header that came last, whose value may go on in the next line; null if none came. */
    private String name;

    private String value;
    private boolean ended;
    private long contentLength;
    private boolean chunked;

    /** Forgets the request, so that the next one can come. */
    void clear() {
        line = null;
        contentLengths.clear();
        transferEncodings.clear();
        connection.clear();
        expectations.clear();
        name = null;
        ended = false;
    }

    void requestLine(String text) throws RefusedException {
        line = RequestLine.of(text);
    }

    /** A header line; after {@link #end}, one of the trailer, which is checked and not heeded. */
    void headerLine(String text) throws RefusedException {
        if (name != null && Characters.isBlank(text.charAt(0))) {
            value = value + ' ' + text.trim(); // folded: obsolete, and still sent
            return;
        }
        keep();
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RefusedException.malformed("a header line has no colon");
        }
        int from = colon + 1;
        int to = text.length();
        while (from < to && Characters.isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && Characters.isBlank(text.charAt(to - 1))) {
            to--;
        }
        name = text.substring(0, colon);
        value = text.substring(from, to);
    }

    /** Keeps the header that came last, now that its value is complete. */
    private void keep() throws RefusedException {
        if (name == null) {
            return;
        }
        if (!Characters.isToken(name)) {
            throw RefusedException.malformed("the name of a header is not a token");
        }
        if (!Characters.isFieldValue(value)) {
            throw RefusedException.malformed("the value of a header has a control character");
        }
        if (!ended) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "content-length" -> contentLengths.add(value);
                case "transfer-encoding" -> transferEncodings.add(value);
                case "connection" -> connection.add(value);
                case "expect" -> expectations.add(value);
                default -> {}
            }
        }
        name = null;
    }

    /** The empty line after the head, or after the trailer. */
    void end() throws RefusedException {
        keep();
        if (!ended) {
            ended = true;
            frame();
        }
    }

    /** Two lengths that contradict each other are how one request is smuggled into another. */
    private void frame() throws RefusedException {
        contentLength = contentLengths.isEmpty() ? 0 : parseContentLength();
        boolean coded = !transferEncodings.isEmpty();
        if (coded && !line.version().equals("HTTP/1.1")) {
            throw RefusedException.malformed("Transfer-Encoding is for HTTP/1.1");
        }
        chunked = Request.has(transferEncodings, "chunked");
        if (chunked && !contentLengths.isEmpty()) {
            throw RefusedException.malformed("Content-Length and Transfer-Encoding are both there");
        }
        if (chunked && !endsChunked(transferEncodings.getLast())) {
            throw RefusedException.malformed("chunked is not the last transfer coding");
        }
    }

    private static boolean endsChunked(String codings) {
        return codings.length() < "chunked".length()
                || codings.toLowerCase(Locale.ROOT).endsWith("chunked");
    }

    private long parseContentLength() throws RefusedException {
        String first = contentLengths.getFirst();
        boolean several = contentLengths.size() > 1 || first.indexOf(',') >= 0;
        boolean digits = first.chars().allMatch(c -> c >= '0' && c <= '9');
        if ((several && isHttp11()) || first.isEmpty() || !digits) {
            throw RefusedException.malformed("Content-Length is not one number");
        }
        try {
            return Long.parseLong(first);
        } catch (NumberFormatException e) {
            throw RefusedException.malformed("Content-Length is not a number of bytes");
        }
    }

    private boolean isHttp11() {
        return line.version().compareToIgnoreCase("HTTP/1.1") >= 0;
    }

    /** The bytes of the body; 0 when it has none, or is chunked. */
    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return chunked;
    }

    /**
     * Whether the sender waits for {@code 100 Continue} before it sends the body: curl does before
     * a large one.
     *
     * @throws RefusedException 417 if it expects something else
     */
    boolean expectsContinue() throws RefusedException {
        return expectsContinue(isHttp11(), expectations);
    }

    /** As {@link #expectsContinue()}, of the values of {@code Expect}. */
    static boolean expectsContinue(boolean http11, List<String> expectations)
            throws RefusedException {
        if (!http11 || expectations.isEmpty()) {
            return false;
        }
        if (!expectations.getFirst().equalsIgnoreCase("100-continue")) {
            throw new RefusedException(
                    Status.EXPECTATION_FAILED, "the only expectation that is met is 100-continue");
        }
        return true;
    }

    /** The request, with its body. */
    Request request(byte[] body) {
        return new Request(
                line.method(),
                line.target(),
                line.version().toUpperCase(Locale.ROOT),
                List.copyOf(transferEncodings),
                List.copyOf(connection),
                body);
    }
}
