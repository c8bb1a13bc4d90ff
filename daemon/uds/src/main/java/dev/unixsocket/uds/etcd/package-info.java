/**
 * The sockets of several machines, by etcd: {@link dev.unixsocket.uds.etcd.EtcdSockets} is for them
 * what {@link dev.unixsocket.services.discovery.SocketDirectory} is for a directory, and {@code uds
 * register} tells etcd what is on its own machine.
 *
 * <p>{@code EtcdClient} speaks etcd's JSON gateway. All else is made of four of its calls: a range
 * read, a transaction, a watch and a lease.
 */
package dev.unixsocket.uds.etcd;
