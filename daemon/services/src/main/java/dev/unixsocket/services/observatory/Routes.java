package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/**
 * What the service does with a request, whichever engine read it. Confined to the engine's thread.
 */
public final class Routes {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final String HOOK = "/hook";
    private static final String HEALTH = "/health";
    private static final String UNNAMED = "Unknown";
    private static final int LOGGED_CHARACTERS = 200;

    private final Outputs outputs;
    private final Clock clock;

    Routes(Outputs outputs, Clock clock) {
        this.outputs = outputs;
        this.clock = clock;
    }

    /**
     * Answers a request; an event is out when this returns {@link Response#TAKEN}.
     *
     * @throws RefusedException if the request is not well-formed
     */
    public Response answer(Request request, Optional<PeerCredentials> peer)
            throws RefusedException {
        Target target = Target.of(request.target());
        Optional<Response> unknown = unknown(request.method(), target.path());
        Response response =
                unknown.isPresent()
                        ? unknown.get()
                        : request.method().equals("POST")
                                ? take(target, request, peer)
                                : Response.HEALTHY;
        LOG.log(
                Level.DEBUG,
                () ->
                        "%s %s of %s: %d"
                                .formatted(
                                        request.method(),
                                        start(request.target()),
                                        name(peer),
                                        response.status().code()));
        return response;
    }

    /** What to answer where a request is refused. */
    public Response refuse(RefusedException refused, Optional<PeerCredentials> peer) {
        Response response = refused.response();
        LOG.log(
                Level.DEBUG,
                () ->
                        "a request of %s was refused: %d, %s"
                                .formatted(
                                        name(peer),
                                        response.status().code(),
                                        refused.getMessage()));
        return response;
    }

    /**
     * Refuses a request whose sender asks whether to send the body, if it will be of no use.
     *
     * @throws RefusedException 404 or 405
     */
    public void admitBody(Head head) throws RefusedException {
        Head.Line line = head.line();
        Optional<Response> unknown = unknown(line.method(), Target.of(line.target()).path());
        if (unknown.isPresent() && !line.isHead()) {
            throw RefusedException.early(unknown.get());
        }
    }

    private static Optional<Response> unknown(String method, String path) {
        return switch (method) {
            case "GET", "HEAD" -> unless(path.equals(HEALTH));
            case "POST" -> unless(path.equals(HOOK));
            default ->
                    Optional.of(
                            Response.methodNotAllowed(
                                    switch (path) {
                                        case HEALTH -> "GET, HEAD";
                                        case HOOK -> "POST";
                                        default -> "GET, HEAD, POST";
                                    }));
        };
    }

    private static Optional<Response> unless(boolean known) {
        return known ? Optional.empty() : Optional.of(Response.NOT_FOUND);
    }

    private static String name(Optional<PeerCredentials> peer) {
        return peer.map(PeerCredentials::toString).orElse("an unknown peer");
    }

    private static String start(String target) {
        return target.substring(0, Math.min(target.length(), LOGGED_CHARACTERS));
    }

    private Response take(Target target, Request request, Optional<PeerCredentials> peer)
            throws RefusedException {
        String name = target.parameter("event").orElse(UNNAMED);
        Event event = new Event(clock.instant(), name, peer, request.body());
        try {
            return outputs.publish(event)
                    ? Response.TAKEN
                    : Response.error(
                            Status.SERVICE_UNAVAILABLE, "nobody reads the events any more");
        } catch (IOException e) {
            LOG.log(Level.ERROR, () -> "an event was lost: " + e.getMessage());
            return Response.error(Status.INTERNAL_ERROR, "the event could not be written");
        }
    }

    /**
     * The request target, taken apart: RFC 9112, section 3.2.
     *
     * @param path as it came
     * @param query what follows the question mark, percent-encoded
     */
    private record Target(String path, String query) {

        /**
         * Takes a target apart.
         *
         * @param target a character for each byte; also {@code http://host/path}, which is what a
         *     proxy is sent
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
            byte[] bytes = encoded.getBytes(StandardCharsets.ISO_8859_1);
            try {
                return URLDecoder.decode(
                        new String(bytes, StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw RefusedException.malformed("the percent-encoding of the query is broken");
            }
        }
    }
}
