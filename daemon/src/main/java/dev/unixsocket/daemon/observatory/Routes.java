package dev.unixsocket.daemon.observatory;

import dev.unixsocket.ffi.PeerCredentials;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Optional;

/**
 * What the service does with a request, whichever engine read it. Confined to the engine's thread.
 */
final class Routes {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final String HOOK = "/hook";
    private static final String HEALTH = "/health";
    private static final String UNNAMED = "Unknown";

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
    Answer answer(Request request, Optional<PeerCredentials> peer) throws RefusedException {
        request.check();
        Target target = Target.of(request.target());
        return switch (request.method()) {
            case "GET", "HEAD" -> target.path().equals(HEALTH) ? Answer.HEALTHY : Answer.NOT_FOUND;
            case "POST" ->
                    target.path().equals(HOOK) ? take(target, request, peer) : Answer.NOT_FOUND;
            default -> Answer.METHOD_NOT_ALLOWED;
        };
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
