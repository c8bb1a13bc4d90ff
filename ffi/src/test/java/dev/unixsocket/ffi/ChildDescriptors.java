package dev.unixsocket.ffi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@link Child} does with descriptors. */
@SuppressWarnings("try") // what came is closed early
final class ChildDescriptors {

    private ChildDescriptors() {}

    /** Uses a memory file, a connection, a listener and a file that come, and sends one back. */
    static void take(Path socket) throws IOException {
        try (StreamSocket peer = StreamSocket.connect(Address.path(socket), Connected.PATIENCE);
                Arena arena = Arena.ofConfined();
                Ancillary into = new Ancillary()) {
            MemorySegment buffer = arena.allocate(64);
            peer.read(buffer, 0, 1, into);
            try (OpenFile memory = into.take();
                    StreamSocket connection = into.take().toStreamSocket();
                    StreamListener listener = into.take().toStreamListener();
                    OpenFile file = into.take()) {
                copy("from Java", memory.map(arena));
                Connected.send(connection, "through the connection");
                ByteBuffer content = ByteBuffer.allocate(64);
                try (StreamSocket accepted = listener.accept();
                        FileChannel channel = file.channel(StandardOpenOption.READ)) {
                    int length = channel.read(content);
                    Connected.send(accepted, new String(content.array(), 0, length, UTF_8));
                }
            }
            try (OpenFile made = OpenFile.memory("made", 64)) {
                copy("made in Java", made.map(arena));
                peer.write(buffer, 0, 1, made);
            }
        }
    }

    private static void copy(String text, MemorySegment to) {
        byte[] bytes = text.getBytes(UTF_8);
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Answers on standard input, which is a connection. */
    static void serveInherited() throws IOException {
        try (StreamSocket socket = StreamSocket.inherited(0)) {
            System.out.println(socket);
            Connected.send(socket, Connected.receive(socket).toUpperCase(Locale.ROOT));
            socket.shutdownOutput();
        }
    }

    /** Receives two descriptors, for which there is room only at the second try. */
    static void lose() throws IOException {
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair();
                OpenFile memory = OpenFile.memory("lost", 1);
                Arena arena = Arena.ofConfined();
                Ancillary into = new Ancillary()) {
            MemorySegment buffer = arena.allocate(8);
            receiveTwo(pair, memory, buffer, into); // so that all is loaded
            into.close();
            List<OpenFile> all = new ArrayList<>();
            try {
                while (true) {
                    all.add(OpenFile.memory("another", 0));
                }
            } catch (SyscallException full) {
                all.removeLast().close();
            }
            try {
                receiveTwo(pair, memory, buffer, into);
            } catch (TruncatedException e) {
                System.out.println(e.getMessage());
            }
            into.close();
            all.forEach(OpenFile::close);
            receiveTwo(pair, memory, buffer, into);
            System.out.println("then " + into.descriptors());
        }
    }

    private static void receiveTwo(
            SocketPair<SeqpacketSocket> pair, OpenFile memory, MemorySegment buffer, Ancillary into)
            throws IOException {
        pair.first().send(buffer, 0, 8, memory, memory);
        pair.second().receive(buffer, 0, 8, into);
    }
}
