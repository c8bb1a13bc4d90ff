package dev.unixsocket.ffi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests run in a process of its own; prints what came of it. */
final class Child {

    private Child() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "write-to-nobody" -> writeToNobody();
            case "run-out-of-fds" -> runOutOfDescriptors();
            case "make-address" -> makeAddress(arguments[1]);
            case "listen" -> listen(Path.of(arguments[1]));
            case "connect" -> connect(Path.of(arguments[1]));
            case "allocate" -> Allocation.measure();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void writeToNobody() throws IOException {
        try (Connected connected = Connected.locally()) {
            connected.client().close();
            Connected.send(connected.server(), "anybody?");
        } catch (SyscallException e) {
            print(e);
        }
    }

    private static void print(SyscallException e) {
        System.out.println(e.call() + ": " + e.errno());
    }

    private static void runOutOfDescriptors() throws IOException {
        try (StreamListener listener = StreamListener.bind(Connected.freeName()).listen(100)) {
            List<StreamSocket> all = new ArrayList<>();
            try {
                while (true) {
                    all.add(StreamSocket.connect(listener.address(), Duration.ZERO));
                }
            } catch (SyscallException e) {
                print(e);
            }
            try {
                listener.accept();
                throw new AssertionError("accepted without a descriptor");
            } catch (SyscallException e) {
                if (e.errno() != Errno.EMFILE || !e.call().equals("accept")) {
                    throw e;
                }
            }
            all.forEach(StreamSocket::close);
            listener.accept().close();
            System.out.println("then served");
        }
    }

    private static void makeAddress(String path) {
        try {
            System.out.println(Address.path(path.replace("u-umlaut", "\u00fc")).bytes().length);
        } catch (IllegalArgumentException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }

    /** Listens until its input ends or it is killed. */
    private static void listen(Path path) throws IOException {
        try (SocketFile file = SocketFile.listen(path, 0600, 5)) {
            System.out.println("listening");
            while (System.in.read() >= 0) {
                file.listener().accept().close();
            }
        } catch (IOException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    /** Stays connected until its peer ends the stream. */
    private static void connect(Path path) throws IOException {
        try (StreamSocket socket = StreamSocket.connect(Address.path(path), Duration.ZERO)) {
            System.out.println(socket.peerCredentials());
            Connected.receive(socket);
        }
    }
}
