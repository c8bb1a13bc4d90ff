package dev.unixsocket.services.ipc;

import java.io.IOException;
import java.util.Map;

/**
 * Handlers that a module adds to {@code uds ipc serve}, or to a server whose builder asks for them.
 * Found by {@link java.util.ServiceLoader}.
 */
public interface IpcHandlerProvider {

    /**
     * Makes its handlers, by the type of the messages that they answer.
     *
     * @param settings what the user says by name, such as the file of the {@code database}; a
     *     provider that needs one that is not there has no handlers
     * @throws IOException if a setting names what cannot be used
     */
    Map<String, IpcHandler> handlers(Map<String, String> settings) throws IOException;
}
