package dev.unixsocket.ffi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Objects;

import javax.net.SocketFactory;

/**
 * Makes {@linkplain UnixSocket sockets} that connect to one address, whatever host and port they
 * are asked for. A driver can be given it by its class name and the path as text, as in {@code
 * jdbc:postgresql://localhost/db?socketFactory=dev.unixsocket.ffi.UnixSocketFactory&socketFactoryArg=/run/postgresql/.s.PGSQL.5432}.
 *
 * <p>A driver that makes its factory without arguments takes a subclass whose constructor has none
 * and gives the path to this one's. See {@code docs/RECIPES.md} for drivers and clients, each with
 * what it needs.
 *
 * <p>Immutable, thread-safe.
 */
public class UnixSocketFactory extends SocketFactory {

    private final Address address;

    /**
     * A factory of sockets that connect to that address.
     *
     * @param address where every socket connects to
     */
    public UnixSocketFactory(Address address) {
        this.address = Objects.requireNonNull(address, "address");
    }

    /**
     * As {@link #UnixSocketFactory(Address)}, for who knows text only.
     *
     * @param address the path of a socket file, or {@code @} and an abstract name
     * @throws IllegalArgumentException if there can be no such path or name
     */
    public UnixSocketFactory(String address) {
        this(parsed(address));
    }

    private static Address parsed(String address) {
        Objects.requireNonNull(address, "address");
        return address.startsWith("@")
                ? Address.abstractName(address.substring(1))
                : Address.path(address);
    }

    /** A socket that is not connected. */
    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(address);
    }

    /** A socket that is connected; the host is not looked up. */
    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(InetSocketAddress.createUnresolved(host, port));
    }

    /** A socket that is connected. */
    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    /** As {@link #createSocket(String, int)}: AF_UNIX has no local host. */
    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
            throws IOException {
        return createSocket(host, port);
    }

    /** As {@link #createSocket(InetAddress, int)}: AF_UNIX has no local address. */
    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket(host, port);
    }

    private Socket connected(SocketAddress endpoint) throws IOException {
        UnixSocket socket = new UnixSocket(address);
        try {
            socket.connect(endpoint);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
