package dev.unixsocket.daemon.ipc;

import dev.unixsocket.daemon.cli.Program;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers {@code health_check}. Thread-safe. */
final class HealthHandler implements IpcHandler {

    static final String TYPE = "health_check";

    HealthHandler() {}

    @Override
    public IpcAnswer handle(IpcMessage request, IpcSession session) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("status", "healthy");
        data.put("version", Program.version());
        data.put("timestamp", Instant.now());
        return new IpcAnswer("health_response", data);
    }
}
