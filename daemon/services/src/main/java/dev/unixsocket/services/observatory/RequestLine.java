package dev.unixsocket.services.observatory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request: RFC 9112, section 3.
 *
 * @param method a token
 * @param target not empty, without blanks and control characters
 * @param version of HTTP
 */
public record RequestLine(String method, String target, Version version) {

    /** The versions of HTTP that are spoken here. */
    enum Version {
        HTTP_1_0,
        /** Also a later 1.x, which is to be taken for the latest that is known: RFC 9110, 2.5. */
        HTTP_1_1
    }

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
    public static RequestLine of(String line) throws RefusedException {
        Matcher words = FORM.matcher(line);
        if (!words.matches()) {
            throw RefusedException.malformed("the request line is not: method target version");
        }
        return of(words.group(1), words.group(2), words.group(3));
    }

    /** As {@link #of(String)}, of its three words. */
    public static RequestLine of(String method, String target, String version)
            throws RefusedException {
        if (!Characters.isToken(method)) {
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
        return new RequestLine(
                method, target, numbers.group(2).equals("0") ? Version.HTTP_1_0 : Version.HTTP_1_1);
    }

    boolean isHttp11() {
        return version == Version.HTTP_1_1;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }
}
