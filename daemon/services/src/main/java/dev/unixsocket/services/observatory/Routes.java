package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.services.server.Meter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the service does with a request, whichever engine read it. Confined to the engine's thread.
 */
public final class Routes {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final Set<String> HOOK = Set.of("/hook", "/hook/");
    private static final String HEALTH = "/health";

    /** How long to say nothing more of events that go to a wrong path. */
    private static final long SILENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final String UNNAMED = "Unknown";
    private static final int LOGGED_CHARACTERS = 200;

    private final Events events;
    private final Clock clock;
    private final Memory memory;
    private final Meter meter;
    private boolean strayed;
    private long strayedAt;

    Routes(Events events, Clock clock, Memory memory, Meter meter) {
        this.meter = meter;
        this.events = events;
        this.clock = clock;
        this.memory = memory;
    }

    /** What all requests take. */
    public Memory memory() {
        return memory;
    }

    /**
     * Answers a request; an event is out when the answer is {@link Response#TAKEN}.
     *
     * @param then is given the answer, on the engine's thread, maybe before this returns
     */
    public void answer(Request request, Optional<PeerCredentials> peer, Consumer<Response> then) {
        long begun = meter.now();
        Target target = Target.of(request.target());
        Optional<Response> unknown = unknown(request.method(), target.path());
        boolean posts = request.method().equals("POST");
        if (unknown.isPresent() && posts) {
            sayStray(target.path(), peer);
        }
        Consumer<Response> said =
                response -> {
                    sayAnswer(request, peer, response);
                    count(response, begun);
                    then.accept(response);
                };
        if (unknown.isPresent() || !posts) {
            said.accept(unknown.orElse(Response.HEALTHY));
        } else {
            String name = target.parameter("event").orElse(UNNAMED);
            events.take(new Draft(clock.instant(), name, peer, request.body()), said);
        }
    }

    private void count(Response response, long begun) {
        if (response.status() == Status.OK) {
            meter.served(meter.now() - begun);
        } else {
            meter.failed(response.status().code());
        }
    }

    private static void sayAnswer(
            Request request, Optional<PeerCredentials> peer, Response response) {
        LOG.log(
                Level.DEBUG,
                () ->
                        "%s %s of %s: %d"
                                .formatted(
                                        request.method(),
                                        start(request.target()),
                                        name(peer),
                                        response.status().code()));
    }

    /** An event at a wrong path is lost, which its sender may not notice. */
    private void sayStray(String path, Optional<PeerCredentials> peer) {
        long now = System.nanoTime();
        if (!strayed || now - strayedAt >= SILENCE_NANOS) {
            strayed = true;
            strayedAt = now;
            LOG.log(
                    Level.WARNING,
                    () ->
                            "%s posts to %s: events are taken at /hook only"
                                    .formatted(name(peer), start(path)));
        }
    }

    /** What to answer where a request is refused. */
    public Response refuse(RefusedException refused, Optional<PeerCredentials> peer) {
        Response response = refused.response();
        meter.failed(response.status().code());
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
    public void admitBody(Head head, Optional<PeerCredentials> peer) throws RefusedException {
        Head.Line line = head.line();
        String path = Target.of(line.target()).path();
        Optional<Response> unknown = unknown(line.method(), path);
        if (unknown.isPresent() && !line.isHead()) {
            if (line.method().equals("POST")) {
                sayStray(path, peer);
            }
            throw RefusedException.early(unknown.get());
        }
    }

    private static Optional<Response> unknown(String method, String path) {
        return switch (method) {
            case "GET", "HEAD" -> unless(path.equals(HEALTH));
            case "POST" -> unless(HOOK.contains(path));
            default ->
                    Optional.of(
                            Response.methodNotAllowed(
                                    path.equals(HEALTH)
                                            ? "GET, HEAD"
                                            : HOOK.contains(path) ? "POST" : "GET, HEAD, POST"));
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

        /** The first value of a query parameter that is not empty. */
        Optional<String> parameter(String name) {
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

        /**
         * Bytes outside ASCII, which some senders do not encode, are UTF-8 like those they do. What
         * is not well encoded is taken as it was sent: an event is worth more than its name.
         */
        private static String decode(String encoded) {
            byte[] bytes = encoded.getBytes(StandardCharsets.ISO_8859_1);
            String text = new String(bytes, StandardCharsets.UTF_8);
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notWellEncoded) {
                return text;
            }
        }
    }
}
