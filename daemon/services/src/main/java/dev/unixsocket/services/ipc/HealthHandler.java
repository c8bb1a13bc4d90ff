package dev.unixsocket.services.ipc;

import dev.unixsocket.services.wire.Version;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers {@code health_check}. Thread-safe. */
final class HealthHandler implements IpcHandler {

    HealthHandler() {}

    @Override
    public IpcResponse handle(IpcMessage request, IpcSession session) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("status", "healthy");
        data.put("version", Version.text());
        data.put("timestamp", Instant.now());
        return new IpcResponse("health_response", data);
    }
}
