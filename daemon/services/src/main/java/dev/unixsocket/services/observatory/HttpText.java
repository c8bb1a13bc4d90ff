package dev.unixsocket.services.observatory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers as HTTP/1.1 has them on the wire: RFC 9112, section 4. */
final class HttpText {

    /** Go on with the body. */
    static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private HttpText() {}

    /**
     * An answer with its body.
     *
     * @param connection the value of {@code Connection}, where it has to be said
     */
    static byte[] of(Answer answer, Optional<String> connection) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(withoutBody(answer, connection));
        out.writeBytes(answer.body());
        return out.toByteArray();
    }

    /** As {@link #of}, for a {@code HEAD}. */
    static byte[] withoutBody(Answer answer, Optional<String> connection) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ");
        head.append(answer.status().code()).append(' ').append(answer.status().reason());
        head.append("\r\n");
        answer.headers(connection)
                .forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        return ascii(head.append("\r\n").toString());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
