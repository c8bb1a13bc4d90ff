package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
     * Answers a request; an event is out when this returns {@link Answer#TAKEN}.
     *
     * @throws RefusedException if the request is not well-formed
     */
    public Answer answer(Request request, Optional<PeerCredentials> peer) throws RefusedException {
        Target target = Target.of(request.target());
        Optional<Answer> unknown = unknown(request.method(), target.path());
        Answer answer =
                unknown.isPresent()
                        ? unknown.get()
                        : request.method().equals("POST")
                                ? take(target, request, peer)
                                : Answer.HEALTHY;
        LOG.log(
                Level.DEBUG,
                () ->
                        "%s %s of %s: %d"
                                .formatted(
                                        request.method(),
                                        start(request.target()),
                                        name(peer),
                                        answer.status().code()));
        return answer;
    }

    /** What to answer where a request is refused. */
    public Answer refuse(RefusedException refused, Optional<PeerCredentials> peer) {
        Answer answer = refused.answer();
        LOG.log(
                Level.DEBUG,
                () ->
                        "a request of %s was refused: %d, %s"
                                .formatted(
                                        name(peer), answer.status().code(), refused.getMessage()));
        return answer;
    }

    /**
     * Refuses a request whose sender asks whether to send the body, if it will be of no use.
     *
     * @throws RefusedException 404 or 405
     */
    public void admitBody(Head head) throws RefusedException {
        RequestLine line = head.line();
        Optional<Answer> unknown = unknown(line.method(), Target.of(line.target()).path());
        if (unknown.isPresent() && !line.isHead()) {
            throw RefusedException.early(unknown.get());
        }
    }

    private static Optional<Answer> unknown(String method, String path) {
        return switch (method) {
            case "GET", "HEAD" -> unless(path.equals(HEALTH));
            case "POST" -> unless(path.equals(HOOK));
            default ->
                    Optional.of(
                            Answer.methodNotAllowed(
                                    switch (path) {
                                        case HEALTH -> "GET, HEAD";
                                        case HOOK -> "POST";
                                        default -> "GET, HEAD, POST";
                                    }));
        };
    }

    private static Optional<Answer> unless(boolean known) {
        return known ? Optional.empty() : Optional.of(Answer.NOT_FOUND);
    }

    private static String name(Optional<PeerCredentials> peer) {
        return peer.map(PeerCredentials::toString).orElse("an unknown peer");
    }

    private static String start(String target) {
        return target.substring(0, Math.min(target.length(), LOGGED_CHARACTERS));
    }

    private Answer take(Target target, Request request, Optional<PeerCredentials> peer)
            throws RefusedException {
        String name = target.parameter("event").orElse(UNNAMED);
        Event event = new Event(clock.instant(), name, peer, Payload.of(request.body()));
        try {
            return outputs.publish(event)
                    ? Answer.TAKEN
                    : Answer.error(Status.SERVICE_UNAVAILABLE, "nobody reads the events any more");
        } catch (IOException e) {
            LOG.log(Level.ERROR, () -> "an event was lost: " + e.getMessage());
            return Answer.error(Status.INTERNAL_ERROR, "the event could not be written");
        }
    }
}
