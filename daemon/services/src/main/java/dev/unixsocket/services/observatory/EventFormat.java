package dev.unixsocket.services.observatory;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** How an event is written. Thread-safe. */
@FunctionalInterface
public interface EventFormat {

    /** A line of JSON. */
    EventFormat JSON_LINE =
            event -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream(512);
                try (JsonGenerator json = JsonTree.generator(out)) {
                    JsonTree.write(json, event.fields(), _ -> {});
                    json.writeRaw('\n');
                } catch (IOException e) {
                    throw new AssertionError("writing to memory", e);
                }
                return out.toByteArray();
            };

    /** The event as bytes, with the line feed that ends it. */
    byte[] format(Event event);
}
