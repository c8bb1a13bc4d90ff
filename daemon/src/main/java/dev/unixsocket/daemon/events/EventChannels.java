package dev.unixsocket.daemon.events;

import java.io.IOException;

/**
 * Servers and clients of channels by transport and name, with the {@linkplain EventSettings#load()
 * settings as they are}.
 */
public final class EventChannels {

    /** AF_UNIX. */
    public static final String UNIX = "unix";

    /** TCP on 127.0.0.1. */
    public static final String TCP = "tcp";

    private EventChannels() {}

    /**
     * A server that listens; {@link EventServer#run} or {@link EventServer#start} lets it serve.
     *
     * @param transport {@code unix} or {@code tcp}
     * @throws EventException.ValidationFailed if the transport, the name or a setting is not one
     * @throws IOException if it cannot listen
     */
    public static EventServer server(String transport, String name) throws IOException {
        EventServerBuilder builder = new EventServerBuilder(name, EventSettings.load());
        return switch (transport) {
            case UNIX -> builder.listenUnix();
            case TCP -> builder.listenTcp();
            default -> throw unknown(transport);
        };
    }

    /**
     * A client; {@link EventClient#connect} connects it.
     *
     * @param transport {@code unix} or {@code tcp}
     * @throws EventException.ValidationFailed if the transport, the name or a setting is not one
     */
    public static EventClient client(String transport, String name) throws IOException {
        EventClientBuilder builder = new EventClientBuilder(name, EventSettings.load());
        return switch (transport) {
            case UNIX -> builder.unix();
            case TCP -> builder.tcp();
            default -> throw unknown(transport);
        };
    }

    private static EventException.ValidationFailed unknown(String transport) {
        return new EventException.ValidationFailed(
                "a transport is unix or tcp, not \"" + transport + "\"");
    }
}
