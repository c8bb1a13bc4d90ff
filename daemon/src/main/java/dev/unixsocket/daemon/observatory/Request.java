package dev.unixsocket.daemon.observatory;

import java.util.List;
import java.util.Optional;

/**
 * A request that came completely.
 *
 * @param method {@code GET}, {@code POST} or any other token
 * @param target the path and the query as they came, a character for each byte
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}, or another one that is refused
 * @param transferEncodings the values of {@code Transfer-Encoding}
 * @param connection the values of {@code Connection}
 * @param body the decoded body
 */
record Request(
        String method,
        String target,
        String version,
        List<String> transferEncodings,
        List<String> connection,
        byte[] body) {

    /** What its sender wants to become of the connection: RFC 9112, section 9.3. */
    Persistence persistence() {
        boolean stays = !has(connection, "close") && (!isHttp10() || has(connection, "keep-alive"));
        return stays ? Persistence.STAYS : Persistence.CLOSES;
    }

    private boolean isHttp10() {
        return version.equals("HTTP/1.0");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** What the answer says of the connection; nothing where the version of HTTP implies it. */
    Optional<String> connectionHeader(Persistence persistence) {
        return switch (persistence) {
            case CLOSES -> Optional.of("close");
            case STAYS -> isHttp10() ? Optional.of("keep-alive") : Optional.empty();
        };
    }

    /** What becomes of a connection after an answer. */
    enum Persistence {
        STAYS,
        CLOSES
    }

    /** Whether one of the elements of a list header is {@code token}, in any case. */
    static boolean has(List<String> values, String token) {
        for (String value : values) {
            for (String element : value.split(",")) {
                if (element.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Refuses what is well-formed and yet not for this server.
     *
     * @throws RefusedException 400, 501 or 505
     */
    void check() throws RefusedException {
        if (!version.startsWith("HTTP/1.")) {
            throw new RefusedException(
                    Status.VERSION_NOT_SUPPORTED, "only HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        boolean coded = !transferEncodings.isEmpty();
        if (coded && !String.join(",", transferEncodings).strip().equalsIgnoreCase("chunked")) {
            throw new RefusedException(
                    Status.NOT_IMPLEMENTED, "the only transfer coding that is known is chunked");
        }
        if (target.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            throw RefusedException.malformed("a control character is in the request target");
        }
    }
}
