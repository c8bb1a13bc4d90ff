package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.Delivery;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where events go: another output, the readers on the output socket, or both. Confined to the
 * engine's thread, but for {@link #format}.
 */
final class Outputs {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    /**
     * An event as each of the outputs wants it; both arrays may be one.
     *
     * @param forReaders empty where there are none
     * @param forOther empty where there is none
     */
    record Formatted(byte[] forReaders, byte[] forOther) {

        /** What it takes of the memory. */
        long bytes() {
            return forReaders.length + (forOther == forReaders ? 0 : forOther.length);
        }
    }

    private static final byte[] NOTHING = {};

    private final Engine engine;
    private final EventFormat format;
    private final Optional<EventFormat> otherFormat;
    private final boolean hasReaders;
    private final Runnable whenNobodyIsLeft;
    private final LossLog losses = new LossLog("standard output");
    private Optional<EventOutput> other;
    private long unwritten;

    /**
     * Outputs of a service.
     *
     * @param hasReaders whether there is an output socket
     */
    Outputs(Engine engine, Settings settings, boolean hasReaders, Runnable whenNobodyIsLeft) {
        this.engine = engine;
        this.format = settings.format();
        this.other = settings.output();
        this.otherFormat = other.map(EventOutput::format);
        this.hasReaders = hasReaders;
        this.whenNobodyIsLeft = whenNobodyIsLeft;
        other.ifPresent(output -> output.onGone(() -> engine.execute(this::otherHasGone)));
    }

    /**
     * Writes an event in the formats that are needed. From any thread.
     *
     * @throws Room.NoRoomException if there is no memory for it
     */
    Formatted format(Event event, Room room) {
        byte[] line = hasReaders ? format.format(event, room) : NOTHING;
        boolean same = hasReaders && otherFormat.isPresent() && otherFormat.get() == format;
        byte[] shown =
                same ? line : otherFormat.map(wanted -> wanted.format(event, room)).orElse(NOTHING);
        return new Formatted(line, shown);
    }

    /**
     * Gives an event to all of them.
     *
     * @param then is told what became of it, on the engine's thread, maybe before this returns
     */
    void publish(Formatted event, Consumer<Delivery> then) {
        if (hasReaders) {
            engine.broadcast(event.forReaders());
        }
        if (other.isEmpty()) {
            then.accept(withoutOther());
            return;
        }
        other.get()
                .write(
                        event.forOther(),
                        delivery -> engine.execute(() -> then.accept(note(delivery))));
    }

    private Delivery withoutOther() {
        return hasReaders ? Delivery.WRITTEN : Delivery.GONE;
    }

    private Delivery note(Delivery delivery) {
        switch (delivery) {
            case WRITTEN -> losses.taken();
            case NO_ROOM, TOO_LATE -> lose("is not read");
            case FAILED -> lose(other.map(EventOutput::failure).orElse("cannot be written"));
            case GONE -> {
                otherHasGone();
                return withoutOther();
            }
        }
        return delivery;
    }

    private void lose(String why) {
        unwritten++;
        losses.lost(why);
    }

    private void otherHasGone() {
        if (other.isEmpty()) {
            return;
        }
        other = Optional.empty();
        if (hasReaders) {
            LOG.log(Level.INFO, "standard output was closed; going on with the socket");
        } else {
            whenNobodyIsLeft.run();
        }
    }

    /**
     * The engine has ended: nothing more is written, and it is said how many events were not.
     *
     * @param unanswered how many of them are on their way
     */
    void close(long unanswered) {
        other.ifPresent(EventOutput::abandon);
        long lost = unwritten + unanswered;
        if (lost > 0) {
            LOG.log(Level.WARNING, () -> lost + " events were not written");
        }
    }
}
