package dev.unixsocket.services.observatory;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the head of a request means, whichever engine read it: how long the body is, RFC 9112,
 * section 6, and what is expected of the server. Immutable.
 *
 * @param line the request line
 * @param contentLength the bytes of the body; 0 when it has none, or is chunked
 * @param isChunked whether the body comes in chunks
 * @param asksToContinue whether the sender waits for {@code 100 Continue} before it sends the body:
 *     curl does before a large one
 * @param connection the values of {@code Connection}
 */
public record Head(
        RequestLine line,
        long contentLength,
        boolean isChunked,
        boolean asksToContinue,
        List<String> connection) {

    /** What becomes of a connection after an answer. */
    public enum Persistence {
        STAYS,
        CLOSES
    }

    /**
     * Judges a head whose lines are well-formed.
     *
     * @param header the values of a header, whose name is in lower case, in their order
     * @throws RefusedException 400, 413, 417 or 501
     */
    public static Head of(RequestLine line, Function<String, List<String>> header)
            throws RefusedException {
        List<String> lengths = header.apply("content-length");
        List<String> codings = header.apply("transfer-encoding");
        long contentLength = lengths.isEmpty() ? 0 : contentLength(lengths);
        boolean chunked = !codings.isEmpty();
        if (chunked) {
            checkCodings(line, codings, lengths);
        }
        if (header.apply("host").size() > 1) {
            throw RefusedException.malformed("there is more than one Host");
        }
        boolean asked = line.isHttp11() && asksToContinue(header.apply("expect"));
        if (contentLength > Limits.BODY_BYTES) {
            throw Limits.bodyTooLarge();
        }
        return new Head(
                line,
                contentLength,
                chunked,
                asked && (chunked || contentLength > 0),
                List.copyOf(header.apply("connection")));
    }

    private static long contentLength(List<String> values) throws RefusedException {
        String first = values.getFirst();
        boolean digits = first.chars().allMatch(c -> c >= '0' && c <= '9');
        if (values.size() > 1 || first.isEmpty() || !digits) {
            throw RefusedException.malformed("Content-Length is not one number");
        }
        try {
            return Long.parseLong(first);
        } catch (NumberFormatException e) {
            throw RefusedException.malformed("Content-Length is not a number of bytes");
        }
    }

    /** Two lengths that contradict each other are how one request is smuggled into another. */
    private static void checkCodings(RequestLine line, List<String> codings, List<String> lengths)
            throws RefusedException {
        if (!line.isHttp11()) {
            throw RefusedException.malformed("Transfer-Encoding is for HTTP/1.1");
        }
        if (!lengths.isEmpty()) {
            throw RefusedException.malformed("Content-Length and Transfer-Encoding are both there");
        }
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new RefusedException(
                    Status.NOT_IMPLEMENTED, "the only transfer coding that is known is chunked");
        }
    }

    private static boolean asksToContinue(List<String> expectations) throws RefusedException {
        boolean asks = false;
        for (String expectation : elements(expectations)) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw new RefusedException(
                        Status.EXPECTATION_FAILED,
                        "the only expectation that is met is 100-continue");
            }
            asks = true;
        }
        return asks;
    }

    /** Whether a body follows. */
    public boolean hasBody() {
        return isChunked || contentLength > 0;
    }

    /** What the sender wants to become of the connection: RFC 9112, section 9.3. */
    public Persistence persistence() {
        List<String> options =
                elements(connection).stream()
                        .map(option -> option.toLowerCase(Locale.ROOT))
                        .toList();
        boolean stays =
                !options.contains("close") && (line.isHttp11() || options.contains("keep-alive"));
        return stays ? Persistence.STAYS : Persistence.CLOSES;
    }

    /** What the answer says of the connection; nothing where the version of HTTP implies it. */
    public Optional<String> connectionHeader(Persistence persistence) {
        return switch (persistence) {
            case CLOSES -> Optional.of("close");
            case STAYS -> line.isHttp11() ? Optional.empty() : Optional.of("keep-alive");
        };
    }

    /** The elements of a list header. */
    private static List<String> elements(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }
}
