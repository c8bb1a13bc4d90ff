/**
 * What protocols plug into: one way to open a listener, to admit a peer, and to serve connections.
 *
 * {@snippet :
 * ListenerSpec spec = ListenerSpec.locked(Address.path("app.sock"), AccessPolicy.anyone());
 * try (Listener listener = Listener.open(spec)) {
 *     PerConnection server = new PerConnection(listener, 100, connection -> { ... });
 *     server.run(); // until another thread calls stop()
 * }
 * }
 *
 * <p>{@link dev.unixsocket.services.server.ListenerSpec} says all that a listener is to be:
 * address, mode, lock, PID file, metadata, who may connect. {@link
 * dev.unixsocket.services.server.Listener} opens it, or takes what the service manager passed, and
 * removes only what it made.
 *
 * <p>A {@link dev.unixsocket.services.server.Protocol} is given a {@link
 * dev.unixsocket.services.server.Connection}, whose peer {@link
 * dev.unixsocket.services.server.Admission} has admitted by its credentials; it never sees a
 * listener, a thread or a signal. {@link dev.unixsocket.services.server.PerConnection} runs it on a
 * virtual thread for each connection, {@link dev.unixsocket.services.server.Workers} on a few
 * threads that take one connection after the other.
 */
package dev.unixsocket.services.server;
