package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

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
public record Answer(Status status, byte[] body, Optional<String> allow) {

    /** The event is out. */
    static final Answer TAKEN = new Answer(Status.OK, new byte[0], Optional.empty());

    /** The service runs. */
    static final Answer HEALTHY =
            new Answer(Status.OK, utf8("{\"status\": \"ok\"}"), Optional.empty());

    static final Answer NOT_FOUND =
            error(Status.NOT_FOUND, "there are only POST /hook and GET /health");

    /**
     * Another method is needed.
     *
     * @param methods those that the path takes
     */
    static Answer methodNotAllowed(String methods) {
        Answer error = error(Status.METHOD_NOT_ALLOWED, "what is allowed here: " + methods);
        return new Answer(error.status(), error.body(), Optional.of(methods));
    }

    /** Says what is wrong. */
    static Answer error(Status status, String message) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(message));
        return new Answer(status, utf8("{\"error\": \"" + quoted + "\"}"), Optional.empty());
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

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
