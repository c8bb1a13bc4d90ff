package dev.unixsocket.uds.events;

import dev.unixsocket.services.wire.Json;

import java.io.PrintWriter;
import java.util.Map;

/** Prints JSON lines for many threads, one at a time. Thread-safe. */
final class JsonOutput {

    private final PrintWriter out;

    JsonOutput(PrintWriter out) {
        this.out = out;
    }

    synchronized void print(Map<String, ?> object) {
        out.println(Json.line(object));
        out.flush();
    }
}
