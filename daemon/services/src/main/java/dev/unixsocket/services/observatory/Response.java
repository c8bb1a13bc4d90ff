package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is answered. Immutable.
 *
 * @param status the status code
 * @param body JSON, or nothing; to a {@code HEAD} only its length is sent
 * @param allow the methods that are allowed, where another one came
 */
public record Response(Status status, byte[] body, Optional<String> allow) {

    /** The event is out. */
    static final Response TAKEN = new Response(Status.OK, new byte[0], Optional.empty());

    /** The service runs. */
    static final Response HEALTHY =
            new Response(Status.OK, utf8("{\"status\": \"ok\"}"), Optional.empty());

    static final Response NOT_FOUND =
            error(Status.NOT_FOUND, "not found; use POST /hook or GET /health");

    /** Go on with the body, as it is on the wire. */
    static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

    /**
     * Another method is needed.
     *
     * @param methods those that the path takes
     */
    static Response methodNotAllowed(String methods) {
        Response error = error(Status.METHOD_NOT_ALLOWED, "method not allowed; use " + methods);
        return new Response(error.status(), error.body(), Optional.of(methods));
    }

    /** Says what is wrong. */
    static Response error(Status status, String message) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(message));
        return new Response(status, utf8("{\"error\": \"" + quoted + "\"}"), Optional.empty());
    }

    /**
     * The headers, in their order.
     *
     * @param connection the value of {@code Connection}, where it has to be said
     */
    public Map<String, String> headers(Optional<String> connection) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Content-Length", Integer.toString(body.length));
        allow.ifPresent(methods -> headers.put("Allow", methods));
        connection.ifPresent(value -> headers.put("Connection", value));
        return headers;
    }

    /**
     * As it is on the wire: RFC 9112, section 4.
     *
     * @param toHead whether it answers a {@code HEAD}, so that its body is left out
     * @param connection as in {@link #headers}
     */
    byte[] encode(boolean toHead, Optional<String> connection) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ");
        head.append(status.code()).append(' ').append(status.reason()).append("\r\n");
        headers(connection).forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(ascii(head.append("\r\n").toString()));
        if (!toHead) {
            out.writeBytes(body);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
