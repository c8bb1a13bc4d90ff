package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;

/** How an event is written. Thread-safe. */
@FunctionalInterface
public interface EventFormat {

    /** A line of JSON. */
    EventFormat JSON_LINE =
            (event, room) -> {
                EventBytes out = new EventBytes(room);
                try (JsonGenerator json = JsonTree.generator(out)) {
                    JsonTree.write(json, event.fields(), _ -> {});
                    json.writeRaw('\n');
                } catch (IOException e) {
                    throw new AssertionError("writing to memory", e);
                }
                return out.toByteArray();
            };

    /**
     * The event as bytes, with the line feed that ends it.
     *
     * @param room what is written takes room there
     * @throws Room.NoRoomException if there is not enough
     */
    byte[] format(Event event, Room room);
}
