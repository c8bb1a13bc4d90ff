/**
 * What protocols plug into: one way to admit a peer and to serve connections. Exported to the
 * program {@code uds} only.
 *
 * {@snippet :
 * ListenerSpec spec = ListenerSpec.locked(Address.path("app.sock"), AccessPolicy.anyone());
 * try (Listener listener = Listener.open(spec)) {
 *     PerConnection server = new PerConnection(listener, 100, connection -> { ... });
 *     server.run(); // until another thread calls stop()
 * }
 * }
 *
 * <p>A {@link dev.unixsocket.services.connections.Protocol} is given a {@link
 * dev.unixsocket.services.connections.Connection}, whose peer {@link
 * dev.unixsocket.services.connections.Admission} has admitted by its credentials; it never sees a
 * listener, a thread or a signal. {@link dev.unixsocket.services.connections.PerConnection} runs it
 * on a virtual thread for each connection, {@link dev.unixsocket.services.connections.Workers} on a
 * few threads that take one connection after the other. A {@link
 * dev.unixsocket.services.connections.Loop} serves all connections on one thread; what it is given
 * is a {@link dev.unixsocket.services.connections.Loop.Handler}.
 */
package dev.unixsocket.services.connections;
