package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

import javax.net.SocketFactory;

/** A type that owns a descriptor, and how its calls are made. */
enum CallTarget {
    STREAM_SOCKET(StreamSocket.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            SocketPair<StreamSocket> pair = StreamSocket.pair();
            return new Fixture(
                    folder,
                    pair.first(),
                    () -> {
                        Connected.send(pair.first(), USABLE);
                        return USABLE.equals(Connected.receive(pair.second()));
                    },
                    pair.second());
        }
    },
    SHARED_MEMORY_SOCKET(SharedMemorySocket.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            Shared shared = Shared.with(Waiting.block());
            return new Fixture(
                    folder,
                    shared.offerer(),
                    () -> {
                        Shared.send(shared.offerer(), USABLE);
                        return USABLE.equals(Shared.receive(shared.accepter()));
                    },
                    shared.accepter());
        }
    },
    STREAM_LISTENER(StreamListener.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            StreamListener listener = StreamListener.bind(Connected.freeName()).listen(1);
            return new Fixture(folder, listener, () -> serves(listener));
        }
    },
    SEQPACKET_SOCKET(SeqpacketSocket.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            return messages(folder, SeqpacketSocket.pair());
        }
    },
    SEQPACKET_LISTENER(SeqpacketListener.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            SeqpacketListener listener = SeqpacketListener.bind(Connected.freeName()).listen(1);
            return new Fixture(
                    folder,
                    listener,
                    () -> {
                        Address address = listener.address();
                        SeqpacketSocket.connect(address, Connected.PATIENCE).close();
                        listener.accept().close();
                        return true;
                    });
        }
    },
    DATAGRAM_SOCKET(DatagramSocket.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            return messages(folder, DatagramSocket.pair());
        }
    },
    STREAM_CHANNEL(StreamChannel.class, ClosedChannelException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            SocketPair<StreamSocket> pair = StreamSocket.pair();
            StreamChannel channel = pair.first().channel();
            return new Fixture(
                    folder,
                    channel,
                    () -> {
                        channel.write(ByteBuffer.wrap(USABLE.getBytes(UTF_8)));
                        return USABLE.equals(Connected.receive(pair.second()));
                    },
                    pair.second());
        }
    },
    UNIX_SOCKET(UnixSocket.class, SocketException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            StreamListener listener = StreamListener.bind(Connected.freeName()).listen(1);
            UnixSocket socket = new UnixSocket(listener.address());
            socket.connect(ENDPOINT);
            StreamSocket server = listener.accept();
            Check usable =
                    () -> {
                        socket.getOutputStream().write(USABLE.getBytes(UTF_8));
                        return USABLE.equals(Connected.receive(server));
                    };
            return new Fixture(folder, socket, usable, listener, server);
        }
    },
    UNIX_SERVER_SOCKET(UnixServerSocket.class, SocketException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            StreamListener listener = StreamListener.bind(Connected.freeName()).listen(1);
            return new Fixture(folder, new UnixServerSocket(listener), () -> serves(listener));
        }
    },
    POLLER(Poller.class, IllegalStateException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            Poller poller = Poller.open();
            return new Fixture(folder, poller, () -> dispatches(poller));
        }
    },
    OPEN_FILE(OpenFile.class, IOException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            OpenFile file = OpenFile.memory("target", 64);
            return new Fixture(folder, file, () -> file.size() == 64);
        }
    },
    ANCILLARY(Ancillary.class, IllegalStateException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            Ancillary ancillary = new Ancillary();
            return new Fixture(folder, ancillary, () -> ancillary.descriptors() == 0);
        }
    },
    PEER_PROCESS(PeerProcess.class, SocketClosedException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            try (SocketPair<StreamSocket> pair = StreamSocket.pair()) {
                PeerProcess process = pair.first().peerProcess();
                return new Fixture(folder, process, process::isAlive);
            }
        }
    },
    SOCKET_FILE(SocketFile.class, IOException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            SocketFile file = SocketFile.listen(folder.resolve("target"), 0600, 1);
            return new Fixture(folder, file, () -> serves(file.listener()));
        }
    },
    MESSAGE_SOCKET_FILE(MessageSocketFile.class, IOException.class) {
        @Override
        Fixture open(Path folder) throws IOException {
            Path path = folder.resolve("target");
            var file = MessageSocketFile.bind(path, FileAccess.of(0600));
            return new Fixture(
                    folder,
                    file,
                    () -> {
                        try (DatagramSocket sender = DatagramSocket.unnamed()) {
                            Messages.sendTo(sender, Address.path(path), USABLE);
                        }
                        return USABLE.equals(Messages.receive(file.socket()));
                    });
        }
    };

    private static final String USABLE = "still of use";

    private static Fixture messages(Path folder, SocketPair<? extends MessageSocket> pair)
            throws IOException {
        Check usable =
                () -> {
                    Messages.send(pair.first(), USABLE);
                    return USABLE.equals(Messages.receive(pair.second()));
                };
        return new Fixture(folder, pair.first(), usable, pair.second());
    }

    private static boolean dispatches(Poller poller) throws IOException {
        poller.dispatchNow();
        return true;
    }

    private static boolean serves(StreamListener listener) throws IOException {
        StreamSocket.connect(listener.address(), Connected.PATIENCE).close();
        listener.accept().close();
        return true;
    }

    static final SocketAddress ENDPOINT = InetSocketAddress.createUnresolved("localhost", 5432);

    /** Of none that is open. */
    static final int NO_DESCRIPTOR = 1_000_000;

    /** What says something without asking the kernel, or has nothing to do. */
    private static final Set<String> WITHOUT_DESCRIPTOR =
            Set.of(
                    "acceptTimeout",
                    "address",
                    "awaitAnswer",
                    "channel",
                    "close",
                    "inputMemory",
                    "inputOffset",
                    "isOpen",
                    "isShared",
                    "outputMemory",
                    "pid",
                    "shutdown",
                    "socket",
                    "stop",
                    "toString",
                    "waiting",
                    "wakeUp");

    private static final Set<String> REFUSED_ANYWAY = Set.of("bind", "getOption", "setOption");

    /** What sockets of the JDK answer too, open or not. */
    private static final Set<String> ABOUT_JAVA_NET =
            Set.of(
                    "close",
                    "getChannel",
                    "getInetAddress",
                    "getLocalAddress",
                    "getLocalPort",
                    "getLocalSocketAddress",
                    "getPort",
                    "getRemoteSocketAddress",
                    "isBound",
                    "isClosed",
                    "isConnected",
                    "isInputShutdown",
                    "isOutputShutdown",
                    "listener",
                    "sendUrgentData",
                    "socket",
                    "supportedOptions",
                    "toString");

    private final Class<? extends Closeable> type;
    private final Class<? extends Exception> whenClosed;

    CallTarget(Class<? extends Closeable> type, Class<? extends Exception> whenClosed) {
        this.type = type;
        this.whenClosed = whenClosed;
    }

    /** An object of the type, with what it needs. */
    abstract Fixture open(Path folder) throws IOException;

    /** All public calls that the library has written. */
    List<Executable> calls() {
        return Stream.<Executable>concat(
                        Stream.of(type.getConstructors()), Stream.of(type.getMethods()))
                .filter(call -> call.getDeclaringClass().getModule() == type.getModule())
                .filter(call -> !(call instanceof Method method && method.isBridge()))
                .toList();
    }

    /** The public calls of a type that need no object of it. */
    static List<Executable> makers(Class<?> type) {
        Stream<Constructor<?>> constructors =
                type.isRecord() && type != FileAccess.class && type != SocketPair.class
                        ? Stream.of() // what the library says, and nobody makes
                        : Stream.of(type.getConstructors());
        Stream<Method> methods =
                Stream.of(type.getMethods())
                        .filter(method -> Modifier.isStatic(method.getModifiers()))
                        .filter(method -> !method.getDeclaringClass().equals(SocketFactory.class));
        return Stream.<Executable>concat(constructors, methods).toList();
    }

    /** Whether the call needs what a closed object has no more. */
    boolean isRefusedWhenClosed(Executable call) {
        String name = call.getName();
        return switch (this) {
            case ANCILLARY, SOCKET_FILE, MESSAGE_SOCKET_FILE ->
                    false; // can be used again; has nothing left to ask
            case UNIX_SOCKET -> !ABOUT_JAVA_NET.contains(name);
            case UNIX_SERVER_SOCKET ->
                    !ABOUT_JAVA_NET.contains(name) && !REFUSED_ANYWAY.contains(name);
            default -> !WITHOUT_DESCRIPTOR.contains(name);
        };
    }

    /** Whether that is what a call on a closed object is to throw. */
    boolean saysThatItIsClosed(Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            return whenClosed == ClosedChannelException.class; // which says no more in the JDK
        }
        boolean documented =
                whenClosed.isInstance(failure) || failure instanceof IllegalStateException;
        return documented && failure.getMessage().contains("closed");
    }

    /** Whether the object is of use. */
    interface Check {
        boolean holds() throws IOException;
    }

    /** An object and what must be closed with it. */
    static final class Fixture implements AutoCloseable {

        private final Path folder;
        private final Closeable target;
        private final Check usable;
        private final Closeable[] others;
        private final OpenFile passed = OpenFile.memory("passed", 1);
        private final Arena arena = Arena.ofConfined();

        Fixture(Path folder, Closeable target, Check usable, Closeable... others)
                throws IOException {
            this.folder = folder;
            this.target = target;
            this.usable = usable;
            this.others = others;
        }

        Closeable target() {
            return target;
        }

        /** Whether the object does what it is for, as if nothing had been asked of it before. */
        boolean isUsable() throws IOException {
            return usable.holds();
        }

        /** Arguments that the call can be made with. */
        Object[] arguments(Executable call) throws IOException {
            Class<?>[] types = call.getParameterTypes();
            Object[] arguments = new Object[types.length];
            int numbers = 0;
            for (int i = 0; i < types.length; i++) {
                arguments[i] =
                        types[i] == long.class
                                ? (Object) (long) numbers++
                                : types[i] == int.class
                                        ? (Object) number(call, numbers++)
                                        : argument(types[i]);
            }
            return arguments;
        }

        private static int number(Executable call, int before) {
            return switch (call.getName()) {
                case "adopt", "inherited", "ownedElsewhere" -> NO_DESCRIPTOR;
                case "read", "write" -> before; // the part from 0 on of length 1
                default -> 1;
            };
        }

        private Object argument(Class<?> type) throws IOException {
            return switch (type.getSimpleName()) {
                case "boolean" -> true;
                case "Address" -> Connected.freeName();
                case "Ancillary" -> ofAMessage();
                case "Arena" -> arena;
                case "ByteBuffer" -> ByteBuffer.allocate(8);
                case "ByteBuffer[]" -> new ByteBuffer[] {ByteBuffer.allocate(8)};
                case "Calls" -> Calls.SAFE;
                case "CredentialsBuffer" -> new CredentialsBuffer();
                case "Duration" -> Duration.ofMillis(1);
                case "FileAccess" -> FileAccess.of(0600);
                case "Handler" -> (Poller.Handler) readiness -> {};
                case "HasDescriptor" -> passed;
                case "HasDescriptor[]" -> new HasDescriptor[] {passed};
                case "InetAddress" -> InetAddress.getLoopbackAddress();
                case "MemorySegment" -> arena.allocate(64);
                case "MemorySegment[]" -> new MemorySegment[] {arena.allocate(64)};
                case "MessageSocket", "DatagramSocket" -> DatagramSocket.unnamed();
                case "Object" -> 4096;
                case "OptionalInt" -> OptionalInt.empty();
                case "Type" -> SocketProbe.Type.STREAM;
                case "OpenOption[]" -> new OpenOption[] {StandardOpenOption.READ};
                case "Path" -> folder.resolve("file");
                case "SeqpacketListener" -> SeqpacketListener.bind(Connected.freeName());
                case "SeqpacketSocket" -> SeqpacketSocket.closed();
                case "Set" -> EnumSet.noneOf(OpenFile.Seal.class);
                case "SharedMemoryLimit" -> Shared.NO_LIMIT;
                case "SocketAddress" -> ENDPOINT;
                case "SocketOption" -> StandardSocketOptions.SO_RCVBUF;
                case "StreamListener" -> StreamListener.bind(Connected.freeName());
                case "StreamSocket" -> StreamSocket.closed();
                case "String" -> "text";
                case "Waiting" -> Waiting.block();
                case "byte[]" -> new byte[8];
                default -> throw new IllegalArgumentException("no argument of type " + type);
            };
        }

        /** With a sender that can be answered. */
        private static Ancillary ofAMessage() throws IOException {
            Ancillary ancillary = new Ancillary();
            try (DatagramSocket sender = DatagramSocket.bindToFreeName();
                    DatagramSocket receiver = DatagramSocket.bindToFreeName()) {
                Messages.sendTo(sender, receiver.address(), "message");
                Messages.receive(receiver, ancillary);
            }
            return ancillary;
        }

        @Override
        public void close() throws IOException {
            target.close();
            for (Closeable other : others) {
                other.close();
            }
            passed.close();
            arena.close();
        }
    }
}
