package dev.unixsocket.services.observatory;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the head of a request means, whichever engine read it: how long the body is, RFC 9112,
 * section 6, and what is expected of the server. Immutable.
 *
 * @param line the request line
 * @param contentLength the bytes of the body; 0 when it has none, or is chunked
 * @param isChunked whether the body comes in chunks
 * @param asksToContinue whether the sender waits for {@code 100 Continue} before it sends the body:
 *     curl does before a large one
 * @param persistence what the sender wants to become of the connection: RFC 9112, section 9.3
 * @param knowsPersistence whether the sender finds the end of an answer without the end of the
 *     connection: it asks for keep-alive, or says what it is, which HTTP libraries do and scripts
 *     that write a request by hand do not
 */
public record Head(
        Line line,
        long contentLength,
        boolean isChunked,
        boolean asksToContinue,
        Persistence persistence,
        boolean knowsPersistence) {

    /** A name of a method or of a header: RFC 9110, section 5.6.2. */
    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What becomes of a connection after an answer. */
    public enum Persistence {
        STAYS,
        CLOSES
    }

    /**
     * The first line of a request: RFC 9112, section 3.
     *
     * @param method a token
     * @param target not empty, without blanks and control characters
     * @param isHttp11 whether it is HTTP/1.1, or a later 1.x, which is to be taken for the latest
     *     that is known: RFC 9110, section 2.5; otherwise it is HTTP/1.0
     */
    public record Line(String method, String target, boolean isHttp11) {

        /** What separates the three words; the RFC lets a server be that lenient. */
        private static final String BLANK = "[ \t\u000b\f\r]+";

        private static final Pattern FORM =
                Pattern.compile("(\\S+?)" + BLANK + "([^ \t\u000b\f\r]+)" + BLANK + "(\\S+)");

        private static final Pattern VERSION = Pattern.compile("HTTP/([0-9])\\.([0-9])");

        /**
         * Takes a line apart.
         *
         * @throws RefusedException 400 if it is no request line, 505 if its version is not known
         */
        static Line of(String line) throws RefusedException {
            Matcher words = FORM.matcher(line);
            if (!words.matches()) {
                throw RefusedException.malformed("the request line is not: method target version");
            }
            return of(words.group(1), words.group(2), words.group(3));
        }

        /** As {@link #of(String)}, of its three words. */
        public static Line of(String method, String target, String version)
                throws RefusedException {
            if (!TOKEN.matcher(method).matches()) {
                throw RefusedException.malformed("the method is not a token");
            }
            if (target.isEmpty() || target.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
                throw RefusedException.malformed("a control character is in the request target");
            }
            Matcher numbers = VERSION.matcher(version);
            if (!numbers.matches()) {
                throw RefusedException.malformed("the version is not one of HTTP");
            }
            if (!numbers.group(1).equals("1")) {
                throw new RefusedException(
                        Status.VERSION_NOT_SUPPORTED, "only HTTP/1.1 and HTTP/1.0 are spoken here");
            }
            return new Line(method, target, !numbers.group(2).equals("0"));
        }

        /** Whether the body of the answer is to be left out. */
        public boolean isHead() {
            return method.equals("HEAD");
        }
    }

    /**
     * Judges a head whose lines are well-formed.
     *
     * @param header the values of a header, whose name is in lower case, in their order
     * @throws RefusedException 400, 413, 417 or 501
     */
    public static Head of(Line line, Function<String, List<String>> header)
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
        List<String> options = elements(header.apply("connection"));
        boolean asked = line.isHttp11() && asksToContinue(header.apply("expect"));
        if (contentLength > Limits.BODY_BYTES) {
            throw Limits.bodyTooLarge();
        }
        return new Head(
                line,
                contentLength,
                chunked,
                asked && (chunked || contentLength > 0),
                persistence(line, options),
                options.contains("keep-alive")
                        || !header.apply("user-agent").isEmpty()
                        || !header.apply("accept-encoding").isEmpty());
    }

    private static long contentLength(List<String> values) throws RefusedException {
        String first = values.getFirst();
        if (values.size() > 1 || !first.matches("[0-9]+")) {
            throw RefusedException.malformed("Content-Length is not one number");
        }
        try {
            return Long.parseLong(first);
        } catch (NumberFormatException e) {
            throw RefusedException.malformed("Content-Length is not a number of bytes");
        }
    }

    /** Two lengths that contradict each other are how one request is smuggled into another. */
    private static void checkCodings(Line line, List<String> codings, List<String> lengths)
            throws RefusedException {
        if (!line.isHttp11()) {
            throw RefusedException.malformed("Transfer-Encoding is for HTTP/1.1");
        }
        if (!lengths.isEmpty()) {
            throw RefusedException.malformed(
                    "both Content-Length and Transfer-Encoding are present");
        }
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new RefusedException(
                    Status.NOT_IMPLEMENTED, "the only transfer coding that is known is chunked");
        }
    }

    private static boolean asksToContinue(List<String> expectations) throws RefusedException {
        boolean asks = false;
        for (String expectation : elements(expectations)) {
            if (!expectation.equals("100-continue")) {
                throw new RefusedException(
                        Status.EXPECTATION_FAILED,
                        "the only expectation that is met is 100-continue");
            }
            asks = true;
        }
        return asks;
    }

    private static Persistence persistence(Line line, List<String> options) {
        boolean stays =
                !options.contains("close") && (line.isHttp11() || options.contains("keep-alive"));
        return stays ? Persistence.STAYS : Persistence.CLOSES;
    }

    /** Whether a body follows. */
    public boolean hasBody() {
        return isChunked || contentLength > 0;
    }

    /** What the answer says of the connection; nothing where the version of HTTP implies it. */
    public Optional<String> connectionHeader(Persistence persistence) {
        return switch (persistence) {
            case CLOSES -> Optional.of("close");
            case STAYS -> line.isHttp11() ? Optional.empty() : Optional.of("keep-alive");
        };
    }

    /** The elements of a list header, in lower case. */
    private static List<String> elements(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(element -> element.strip().toLowerCase(Locale.ROOT))
                .filter(element -> !element.isEmpty())
                .toList();
    }
}
