package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.util.Optional;

/**
 * What a watch saw.
 *
 * @param event what happened
 * @param probe what was found out of who listens, when that is what happened on this machine
 * @param told the socket as another machine describes it, when that is what happened there
 */
public record SocketChange(
        SocketEvent event, Optional<SocketProbe> probe, Optional<DiscoveredSocket> told) {

    /** What another machine tells. */
    public static SocketChange told(SocketEvent event, Optional<DiscoveredSocket> socket) {
        return new SocketChange(event, Optional.empty(), socket);
    }

    /**
     * The socket that listens, with its file and metadata as they are now, or as they were told;
     * empty when it does not, or its file is gone.
     */
    public Optional<DiscoveredSocket> socket() {
        return socket(new KnownNames());
    }

    Optional<DiscoveredSocket> socket(KnownNames names) {
        return told.or(
                () ->
                        probe.flatMap(
                                found ->
                                        SocketFileInfo.read(event.path())
                                                .map(
                                                        file ->
                                                                SocketDirectory.describe(
                                                                        file,
                                                                        found,
                                                                        Scan.Handshake.OFF,
                                                                        names))));
    }
}
