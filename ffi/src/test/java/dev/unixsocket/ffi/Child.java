package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the tests run in a process of its own; prints what came of it. */
final class Child {

    private Child() {}

    public static void main(String[] arguments) throws Throwable {
        switch (arguments[0]) {
            case "write-to-nobody" -> writeToNobody();
            case "write-to-nobody-by-default" -> {
                writeToNobody(); // so that all is linked
                setSigpipeToItsDefault();
                writeToNobody();
            }
            case "run-out-of-fds" -> runOutOfDescriptors();
            case "make-address" -> makeAddress(arguments[1]);
            case "listen" -> listen(Path.of(arguments[1]));
            case "connect" -> connect(Path.of(arguments[1]));
            case "allocate" -> Allocation.measure();
            case "allocate-messages" -> MessageAllocation.measure();
            case "in-layer" -> inLayer(arguments[1], false);
            case "in-layer-with-access" -> inLayer(arguments[1], true);
            case "listen-below-user-dir" -> listenBelowUserDir(Path.of(arguments[1]));
            case "take-descriptors" -> ChildDescriptors.take(Path.of(arguments[1]));
            case "serve-inherited" -> ChildDescriptors.serveInherited();
            case "lose-descriptors" -> ChildDescriptors.lose();
            case "exchange-through-rings" -> ChildRings.exchange(Integer.parseInt(arguments[1]));
            case "rings-without-descriptors" -> ChildRings.withoutDescriptors();
            case "rings-without-address-space" -> ChildRings.withoutAddressSpace();
            case "use-rings-until-killed" ->
                    ChildRings.useUntilKilled(
                            Path.of(arguments[1]), Boolean.parseBoolean(arguments[2]));
            case "load" -> load(Path.of(arguments[1]), Path.of(arguments[2]));
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

    /** As a program may that wants to die with its reader; Java itself ignores the signal. */
    private static void setSigpipeToItsDefault() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment byDefault = arena.allocate(Platform.CURRENT.sigactionBytes(), 8);
            Sockets.check("sigaction", Syscalls.sigaction(13, byDefault, MemorySegment.NULL), "");
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

    /** Makes an address with the library as a module of a layer of its own. */
    private static void inLayer(String path, boolean access) throws Throwable {
        URI classes = Address.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Configuration modules =
                ModuleLayer.boot()
                        .configuration()
                        .resolve(
                                ModuleFinder.of(Path.of(classes)),
                                ModuleFinder.of(),
                                Set.of("dev.unixsocket.ffi"));
        ModuleLayer.Controller controller =
                ModuleLayer.defineModulesWithOneLoader(
                        modules, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader());
        Module library = controller.layer().findModule("dev.unixsocket.ffi").orElseThrow();
        if (access) {
            controller.enableNativeAccess(library);
        }
        try {
            System.out.println(
                    Class.forName(library, Address.class.getName())
                            .getMethod("path", String.class)
                            .invoke(null, path));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Uses the library when another one, whose functions have the same names, is loaded. */
    private static void load(Path library, Path socket) throws IOException {
        System.load(library.toString());
        try (SocketFile file = SocketFile.listen(socket, 0600, 5);
                StreamSocket client =
                        StreamSocket.connect(file.listener().address(), Duration.ofSeconds(60));
                StreamSocket server = file.listener().accept()) {
            Connected.send(client, "hello");
            System.out.println(Connected.receive(server));
            System.out.println(client.peerCredentials().pid() == ProcessHandle.current().pid());
        }
    }

    /** Whether the library and the rest of Java mean the same file by a relative path. */
    private static void listenBelowUserDir(Path relative) throws IOException {
        SocketFile.prepareDirectory(relative.getParent(), 0700);
        try (LockFile lock = LockFile.take(LockFile.of(relative));
                SocketFile file = SocketFile.create(relative, FileAccess.of(0600), 5)) {
            System.out.println(Files.exists(lock.path()) + " " + Files.exists(file.path()));
            SocketChannel.open(UnixDomainSocketAddress.of(relative)).close();
            StreamSocket.connect(Address.path(relative), Duration.ofSeconds(60)).close();
            System.out.println(Address.path(relative) + " in " + relative.toRealPath());
        }
        System.out.println(Files.exists(relative));
    }
}
