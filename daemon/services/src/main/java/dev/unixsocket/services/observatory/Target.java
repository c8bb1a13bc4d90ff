package dev.unixsocket.services.observatory;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The request target, taken apart: RFC 9112, section 3.2.
 *
 * @param path as it came
 * @param query what follows the question mark, percent-encoded
 */
public record Target(String path, String query) {

    /**
     * Takes a target apart.
     *
     * @param target a character for each byte; also {@code http://host/path}, which is what a proxy
     *     is sent
     */
    static Target of(String target) {
        String local = target;
        int scheme = target.indexOf("://");
        if (scheme > 0 && !target.startsWith("/")) {
            int slash = target.indexOf('/', scheme + 3);
            local = slash < 0 ? "/" : target.substring(slash);
        }
        int mark = local.indexOf('?');
        return mark < 0
                ? new Target(local, "")
                : new Target(local.substring(0, mark), local.substring(mark + 1));
    }

    /**
     * The first value of a query parameter that is not empty.
     *
     * @throws RefusedException 400 if the query is not well-formed
     */
    Optional<String> parameter(String name) throws RefusedException {
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && equals < pair.length() - 1
                    && decode(pair.substring(0, equals)).equals(name)) {
                return Optional.of(decode(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    /** Bytes outside ASCII, which some senders do not encode, are UTF-8 like those they do. */
    private static String decode(String encoded) throws RefusedException {
        String text =
                new String(encoded.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RefusedException.malformed("the percent-encoding of the query is broken");
        }
    }
}
