/**
 * Finds sockets by their files, and says who listens on them.
 *
 * <p>{@link dev.unixsocket.services.discovery.SocketDirectory} reads a directory once; its {@link
 * dev.unixsocket.services.discovery.SocketWatch} says what changes in it. Both are what a {@link
 * dev.unixsocket.services.discovery.SocketSource} has, which may know other machines too. What was
 * found is a {@link dev.unixsocket.services.discovery.DiscoveredSocket}: its path, mode, owner and
 * type, what state it is in, who listens, and what the service says of itself.
 *
 * <p>{@link dev.unixsocket.services.discovery.StaleSockets} removes the files that nobody is
 * behind. {@link dev.unixsocket.services.discovery.ListeningSockets} keeps the sockets that listen
 * up to date by the events of a watch, and {@link dev.unixsocket.services.discovery.ServiceList}
 * makes a list for other programs of them, such as Prometheus.
 *
 * <p>To see whether somebody listens takes a connection: expect connections that close without data
 * in services that are looked at.
 *
 * <p>Text that other processes wrote, such as names and metadata, is not to be believed, and is not
 * to be printed as it is.
 */
package dev.unixsocket.services.discovery;
