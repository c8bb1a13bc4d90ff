package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.SocketProbe;

import java.util.Optional;

/**
 * What a watch saw.
 *
 * @param event what happened
 * @param probe what was found out of who listens, when that is what happened
 */
public record SocketChange(SocketEvent event, Optional<SocketProbe> probe) {}
