/**
 * Unix domain sockets by direct system calls.
 *
 * <p>{@link dev.unixsocket.ffi.Address} says where: {@code Address.path("/run/app.sock")}, {@code
 * Address.abstractName("app")} on Linux, {@code Address.loopback(port)} for TCP. A server listens,
 * a client connects, and both have a {@link dev.unixsocket.ffi.StreamSocket}:
 *
 * {@snippet :
 * try (StreamListener listener = StreamListener.bind(Address.path("echo.sock")).listen(16);
 *         StreamSocket client = StreamSocket.connect(listener.address(), Duration.ofSeconds(5));
 *         StreamSocket server = listener.accept()) {
 *     byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
 *     client.write(bytes, 0, bytes.length);
 *     int count = server.read(bytes, 0, bytes.length); // 0 at the end of the stream
 *     PeerCredentials peer = server.peerCredentials(); // PID, UID and GID, by the kernel's word
 * }
 * }
 *
 * <p>What to look at next:
 *
 * <ul>
 *   <li>{@link dev.unixsocket.ffi.SocketFile} and {@link dev.unixsocket.ffi.LockFile}: a socket
 *       file with its mode, that is taken over only from a server that is gone
 *   <li>{@link dev.unixsocket.ffi.Waiting}: whether calls block, spin or park; virtual threads park
 *   <li>{@link dev.unixsocket.ffi.Poller}: one thread for many sockets
 *   <li>{@link dev.unixsocket.ffi.SeqpacketSocket} and {@link dev.unixsocket.ffi.DatagramSocket}:
 *       messages instead of a stream; {@link dev.unixsocket.ffi.MessageSocketFile}: their socket
 *       files
 *   <li>{@link dev.unixsocket.ffi.Ancillary} and {@link dev.unixsocket.ffi.OpenFile}: open files
 *       and credentials that go with a message; {@link dev.unixsocket.ffi.PeerProcess}: the process
 *       at the other end
 *   <li>{@link dev.unixsocket.ffi.UnixSocket} and {@link dev.unixsocket.ffi.UnixSocketFactory}: a
 *       {@link java.net.Socket} for JDBC drivers and HTTP clients; {@link
 *       dev.unixsocket.ffi.StreamChannel}: a channel
 *   <li>{@link dev.unixsocket.ffi.SyscallException}: which call failed, with its {@link
 *       dev.unixsocket.ffi.Errno}, and whether that was a timeout
 * </ul>
 *
 * <p>Start Java with {@code --enable-native-access=dev.unixsocket.ffi}, or {@code =ALL-UNNAMED}
 * where the library is on the class path. Segments that are read into or written from are native
 * memory; arrays and buffers on the heap are copied. Every descriptor is close-on-exec, and no
 * write raises {@code SIGPIPE}. An argument that is null is refused with a {@link
 * java.lang.NullPointerException} that names it.
 */
package dev.unixsocket.ffi;
