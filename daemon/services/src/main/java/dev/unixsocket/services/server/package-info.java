/**
 * What every service asks of its listener: where it is, who may connect, and what surrounds its
 * socket file.
 *
 * <p>{@link dev.unixsocket.services.server.ListenerSpec} says all that a listener is to be:
 * address, mode, lock, PID file, metadata, who may connect. {@link
 * dev.unixsocket.services.server.Listener} opens it, or takes what the service manager passed, and
 * removes only what it made. {@link dev.unixsocket.services.server.AccessPolicy} says who may
 * connect, by the credentials that the kernel vouches for.
 */
package dev.unixsocket.services.server;
