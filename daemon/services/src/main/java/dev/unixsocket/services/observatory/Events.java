package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Makes events of bodies and gives them to the outputs. Large ones are made on a thread of their
 * own, one after the other, while the engine goes on with the small ones; their order is that in
 * which they are made, and the same for all outputs.
 *
 * <p>Confined to the engine's thread.
 */
final class Events {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final Response NO_MEMORY =
            Response.error(
                    Status.SERVICE_UNAVAILABLE,
                    "there is no memory for the event: try again later");

    private static final Response NOT_TAKEN =
            Response.error(
                    Status.SERVICE_UNAVAILABLE,
                    "standard output is not read: the event was not written in time");

    private static final Response NOT_WRITTEN =
            Response.error(Status.INTERNAL_ERROR, "the event could not be written");

    private static final Response NOBODY_LEFT =
            Response.error(Status.SERVICE_UNAVAILABLE, "nobody reads the events any more");

    /** An event that is ready, or the answer to one that cannot be made. */
    private sealed interface Made {
        record Ready(Outputs.Formatted event) implements Made {}

        record Failed(Response response) implements Made {}
    }

    private static final long SHORTAGE_NANOS = 10_000_000;

    private final Engine engine;
    private final Outputs outputs;
    private final Memory memory;
    private final ExecutorService large =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("observatory large")::unstarted);

    /** How many events have come whose senders were not told yet what became of them. */
    private long unanswered;

    Events(Engine engine, Outputs outputs, Memory memory) {
        this.engine = engine;
        this.outputs = outputs;
        this.memory = memory;
    }

    /**
     * Makes an event and gives it to the outputs.
     *
     * @param then is given the answer to its sender, on the engine's thread, maybe before this
     *     returns
     */
    void take(Draft draft, Consumer<Response> then) {
        unanswered++;
        Consumer<Response> answer =
                response -> {
                    unanswered--;
                    then.accept(response);
                };
        if (draft.isSmall()) {
            publish(made(draft), answer);
        } else {
            takeLarge(draft, answer);
        }
    }

    private void takeLarge(Draft draft, Consumer<Response> answer) {
        long bytes = draft.body().length;
        if (!memory.take(bytes)) {
            answer.accept(NO_MEMORY);
            return;
        }
        try {
            large.execute(() -> makeElsewhere(draft, bytes, answer));
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            memory.release(bytes);
            answer.accept(NO_MEMORY);
        }
    }

    private void makeElsewhere(Draft draft, long bytes, Consumer<Response> answer) {
        Made made = made(draft);
        while (true) {
            try {
                engine.execute(
                        () -> {
                            memory.release(bytes);
                            publish(made, answer);
                        });
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(SHORTAGE_NANOS); // its sender is to be answered
            }
        }
    }

    /** Makes an event; those that are ready are counted. On any thread; never throws. */
    private Made made(Draft draft) {
        try (Room room = new Room(memory)) {
            room.take(Room.ofTree(draft.body()));
            Outputs.Formatted event = outputs.format(draft.event(), room);
            return memory.take(event.bytes()) ? new Made.Ready(event) : new Made.Failed(NO_MEMORY);
        } catch (Room.NoRoomException | OutOfMemoryError e) {
            return new Made.Failed(NO_MEMORY);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an event could not be made", e);
            return new Made.Failed(NOT_WRITTEN);
        }
    }

    private void publish(Made made, Consumer<Response> answer) {
        switch (made) {
            case Made.Failed failed -> answer.accept(failed.response());
            case Made.Ready ready ->
                    outputs.publish(
                            ready.event(),
                            delivery -> {
                                memory.release(ready.event().bytes());
                                answer.accept(response(delivery));
                            });
        }
    }

    private static Response response(Delivery delivery) {
        return switch (delivery) {
            case WRITTEN -> Response.TAKEN;
            case NO_ROOM, TOO_LATE -> NOT_TAKEN;
            case FAILED -> NOT_WRITTEN;
            case GONE -> NOBODY_LEFT;
        };
    }

    /** The engine has ended: no more is made, and it is said what was not written. */
    void close() {
        large.shutdownNow();
        outputs.close(unanswered);
    }
}
