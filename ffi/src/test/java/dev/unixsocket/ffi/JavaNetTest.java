package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import javax.net.SocketFactory;

/** The sockets in the shapes of {@code java.net}. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed under a call
class JavaNetTest {

    private static final InetSocketAddress BELIEVED =
            InetSocketAddress.createUnresolved("db.example", 5432);

    private final Address address = Connected.freeName();
    private long socketsBefore;

    @TempDir Path folder;

    /** The JDK opens a socket for itself when the first of its own classes is used. */
    @BeforeAll
    static void useTheClassesOfTheJdk() throws IOException {
        new ServerSocket().close();
    }

    @BeforeEach
    void countSockets() throws IOException {
        socketsBefore = Connected.openSockets();
    }

    @AfterEach
    void noSocketIsLeft() throws IOException {
        Connected.assertNoneIsLeft(socketsBefore, Connected.openSockets());
    }

    private UnixServerSocket server() throws IOException {
        return new UnixServerSocket(StreamListener.bind(address).listen(5));
    }

    private UnixSocket client() throws IOException {
        UnixSocket socket = new UnixSocket(address);
        socket.connect(BELIEVED, 20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    @Test
    void bytesGoBothWays() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            send(client, "question");
            assertEquals("question", receive(accepted, 8));
            send(accepted, "answer");
            assertEquals('a', client.getInputStream().read());
            assertEquals("nswer", receive(client, 5));
        }
    }

    @Test
    void itSaysWhatItWasToldOfHostAndPort() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = new UnixSocket(address)) {
            assertFalse(client.isConnected());
            assertEquals(0, client.getPort());
            assertNull(client.getInetAddress());
            client.connect(BELIEVED);
            assertTrue(client.isConnected() && client.isBound() && !client.isClosed());
            assertEquals(5432, client.getPort());
            assertSame(BELIEVED, client.getRemoteSocketAddress());
            assertTrue(client.getInetAddress().isLoopbackAddress());
            assertEquals(-1, client.getLocalPort());
            assertTrue(server.isBound());
            try (Socket accepted = server.accept()) {
                assertTrue(accepted.isConnected());
            }
        }
    }

    @Test
    void manyBytesComeInTheirOrder() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(1).nextBytes(sent);
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            WatchedThread<Void> writer =
                    WatchedThread.start(
                            () -> {
                                OutputStream out = client.getOutputStream();
                                out.write(sent, 0, 7);
                                out.write(sent, 7, 100_000);
                                out.write(sent, 100_007, sent.length - 100_007);
                                client.shutdownOutput();
                                return null;
                            });
            assertArrayEquals(sent, accepted.getInputStream().readAllBytes());
            writer.result();
        }
    }

    @Test
    void aReadTimesOutAndTheSocketLivesOn() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = new UnixSocket(address)) {
            client.setSoTimeout(20);
            client.connect(BELIEVED);
            try (Socket accepted = server.accept()) {
                InputStream in = client.getInputStream();
                SocketTimeoutException timeout =
                        assertThrows(SocketTimeoutException.class, in::read);
                assertEquals("Read timed out", timeout.getMessage());
                send(accepted, "x");
                assertEquals('x', in.read());
            }
        }
    }

    @Test
    void acceptTimesOutAndTheServerLivesOn() throws IOException {
        try (UnixServerSocket server = server()) {
            server.setSoTimeout(20);
            assertThrows(SocketTimeoutException.class, server::accept);
            try (UnixSocket client = client();
                    Socket accepted = server.accept()) {
                assertTrue(client.isConnected() && accepted.isConnected());
            }
        }
    }

    @Test
    void connectSaysWhyItFails() throws IOException {
        try (UnixSocket nobody = new UnixSocket(address)) {
            assertThrows(ConnectException.class, () -> nobody.connect(BELIEVED, 1000));
        }
        try (UnixSocket none = new UnixSocket(Address.path(folder.resolve("none.sock")))) {
            ConnectException failure =
                    assertThrows(ConnectException.class, () -> none.connect(BELIEVED));
            assertTrue(failure.getMessage().contains("none.sock"), failure.getMessage());
        }
        try (StreamListener full = StreamListener.bind(address).listen(0);
                StreamSocket first = StreamSocket.connect(full.address(), Duration.ZERO);
                UnixSocket late = new UnixSocket(first.address())) {
            assertThrows(SocketTimeoutException.class, () -> late.connect(BELIEVED, 20));
        }
    }

    @Test
    void closingEndsARead() throws Exception {
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            WatchedThread<Integer> reader =
                    WatchedThread.start(() -> client.getInputStream().read()).awaitBlocked();
            client.close();
            SocketException failure = assertInstanceOf(SocketException.class, reader.failure());
            assertEquals("Socket closed", failure.getMessage());
            assertTrue(client.isClosed());
            assertThrows(SocketException.class, client::getInputStream);
            assertEquals(-1, accepted.getInputStream().read());
        }
    }

    @Test
    void anInterruptEndsWhatAVirtualThreadWaitsFor() throws Exception {
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            Way.Task<Integer> reader =
                    Way.BLOCK_VIRTUAL.start(() -> client.getInputStream().read());
            reader.awaitWaiting(client.socket().state());
            reader.interrupt();
            assertEquals("Closed by interrupt", reader.failure().getMessage());
            assertTrue(client.isClosed());
            assertEquals(-1, accepted.getInputStream().read());
        }
    }

    @Test
    void eachHalfCanBeShutDown() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            client.shutdownOutput();
            assertEquals(-1, accepted.getInputStream().read());
            send(accepted, "still");
            assertEquals(5, client.getInputStream().available());
            assertEquals("still", receive(client, 5));
            client.shutdownInput();
            assertTrue(client.isInputShutdown() && client.isOutputShutdown());
            assertThrows(SocketException.class, client::getInputStream);
            assertThrows(SocketException.class, client::shutdownOutput);
            assertThrows(SocketException.class, () -> send(accepted, "refused"));
        }
    }

    @Test
    void buffersHaveTheirSizes() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = client();
                Socket accepted = server.accept()) {
            client.setSendBufferSize(65_536);
            assertEquals(2 * 65_536, client.getSendBufferSize());
            client.setOption(StandardSocketOptions.SO_RCVBUF, 32_768);
            assertEquals(2 * 32_768, client.getOption(StandardSocketOptions.SO_RCVBUF));
            assertThrows(IllegalArgumentException.class, () -> accepted.setSendBufferSize(0));
        }
    }

    @Test
    void sizesThatWereSetBeforeItIsConnectedAreThoseOfTheConnection() throws IOException {
        try (UnixServerSocket server = server();
                UnixSocket client = new UnixSocket(address)) {
            client.setSendBufferSize(65_536);
            client.setReceiveBufferSize(32_768);
            assertEquals(65_536, client.getSendBufferSize());
            client.connect(BELIEVED);
            assertEquals(2 * 65_536, client.getSendBufferSize());
            assertEquals(2 * 32_768, client.getReceiveBufferSize());
            server.accept().close();
        }
    }

    @Test
    void whatOnlyTcpKnowsIsRemembered() throws IOException {
        try (UnixSocket socket = new UnixSocket(address)) {
            socket.setTcpNoDelay(false);
            socket.setKeepAlive(true);
            socket.setSoLinger(true, 3);
            socket.setTrafficClass(8);
            assertFalse(socket.getTcpNoDelay());
            assertTrue(socket.getKeepAlive());
            assertEquals(3, socket.getSoLinger());
            assertEquals(8, socket.getTrafficClass());
            assertThrows(SocketException.class, () -> socket.sendUrgentData(1));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> socket.setOption(StandardSocketOptions.SO_BROADCAST, true));
            socket.close();
            assertThrows(SocketException.class, () -> socket.setKeepAlive(false));
        }
    }

    @Test
    void aFactoryMakesSocketsForOneAddress() throws IOException {
        String path = folder.resolve("f.sock").toString();
        try (StreamListener listener = StreamListener.bind(Address.path(path)).listen(5)) {
            SocketFactory factory = new UnixSocketFactory(path);
            for (Socket socket :
                    List.of(
                            factory.createSocket("db.example", 5432),
                            factory.createSocket("db.example", 5432, null, 0),
                            connected(factory.createSocket()))) {
                try (socket;
                        StreamSocket accepted = listener.accept()) {
                    assertEquals(5432, socket.getPort());
                    send(socket, "hello");
                    assertEquals("hello", Connected.receive(accepted));
                }
            }
        }
        assertThrows(
                ConnectException.class,
                () -> new UnixSocketFactory("@no-one").createSocket("h", 1));
    }

    private static Socket connected(Socket socket) throws IOException {
        socket.connect(BELIEVED);
        return socket;
    }

    /** What is not overridden would go to the implementation, which there is none of. */
    @Test
    void everyMethodOfTheirClassesIsTheirOwn() {
        assertOverrides(UnixSocket.class, Socket.class);
        assertOverrides(UnixServerSocket.class, ServerSocket.class);
    }

    private static void assertOverrides(Class<?> ours, Class<?> javas) {
        List<String> missing =
                Arrays.stream(javas.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .filter(method -> !isOverridden(ours, method))
                        .map(Method::getName)
                        .filter(name -> !name.equals("setPerformancePreferences")) // a hint
                        .toList();
        assertEquals(List.of(), missing);
    }

    private static boolean isOverridden(Class<?> ours, Method method) {
        try {
            ours.getDeclaredMethod(method.getName(), method.getParameterTypes());
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
