package dev.unixsocket.services.ipc;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a handler responds; the server adds the id of the request and the time.
 *
 * @param type such as {@code health_response}
 * @param data its values by name
 */
public record IpcResponse(String type, Map<String, Object> data) {

    /** It is no error. */
    static final int OK = 0;

    /** The request is at fault. */
    public static final int BAD_REQUEST = 400;

    /** The service is at fault. */
    public static final int FAILED = 500;

    /** Not now: there is no room for another connection, or another one holds a lock. */
    public static final int UNAVAILABLE = 503;

    /**
     * An error.
     *
     * @param code {@link #BAD_REQUEST}, {@link #FAILED} or {@link #UNAVAILABLE}
     * @param error what went wrong, in a few words that a program can compare
     * @param details what exactly, for a person
     */
    public static IpcResponse error(int code, String error, String details) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("error", error);
        data.put("code", (long) code);
        data.put("details", details);
        return new IpcResponse(IpcMessage.ERROR, data);
    }

    /** The code of an error; {@link #FAILED} for an error without one. */
    int code() {
        if (!type.equals(IpcMessage.ERROR)) {
            return OK;
        }
        return data.get("code") instanceof Number code ? code.intValue() : FAILED;
    }
}
