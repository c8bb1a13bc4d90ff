package dev.unixsocket.daemon.observatory;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request: RFC 9112, section 3.
 *
 * @param method a token
 * @param target not empty, without blanks
 * @param version {@code HTTP/} and two digits with a dot between them, as it came
 */
record RequestLine(String method, String target, String version) {

    /** What separates the three words; the RFC lets a server be that lenient. */
    private static final String BLANK = "[ \t\u000b\f\r]+";

    private static final Pattern FORM =
            Pattern.compile("(\\S+?)" + BLANK + "([^ \t\u000b\f\r]+)" + BLANK + "(\\S+)");

    private static final Pattern VERSION = Pattern.compile("HTTP/[0-9]\\.[0-9]");

    /**
     * Takes a line apart.
     *
     * @throws RefusedException 400 if it is no request line
     */
    static RequestLine of(String line) throws RefusedException {
        Matcher words = FORM.matcher(line);
        if (!words.matches()) {
            throw RefusedException.malformed("the request line is not: method target version");
        }
        String method = words.group(1);
        if (!Characters.isToken(method)) {
            throw RefusedException.malformed("the method is not a token");
        }
        String version = words.group(3);
        if (!VERSION.matcher(version.toUpperCase(Locale.ROOT)).matches()) {
            throw RefusedException.malformed("the version is not one of HTTP");
        }
        return new RequestLine(method, words.group(2), version);
    }
}
