package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;
import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Descriptors go to another process and come from it: C, Python, and another Java. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("try") // some are closed early
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PassingBetweenProcessesTest {

    /** How often descriptors go there and back; {@code -Ddescriptors.times=100000} for longer. */
    private static final int TIMES = Integer.getInteger("descriptors.times", 1000);

    @TempDir Path folder;

    private final MemorySegment buffer = Arena.ofAuto().allocate(64);

    private StreamSocket start(StreamListener listener, List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .start();
        process.getOutputStream().close();
        process.onExit().thenRun(listener::close); // should it never connect
        return listener.accept();
    }

    private StreamSocket start(StreamListener listener, DescriptorPeer language) throws Exception {
        List<String> command = new ArrayList<>(language.command(folder));
        command.add(listener.address().toString());
        return start(listener, command);
    }

    private void tell(StreamSocket peer, char what, HasDescriptor... descriptors)
            throws IOException {
        buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) what);
        assertEquals(1, peer.write(buffer, 0, 1, descriptors));
    }

    private void ask(StreamSocket peer, Ancillary into) throws IOException {
        assertEquals(1, peer.read(buffer, 0, 1, into));
    }

    private String read(OpenFile file, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = file.map(arena).asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, UTF_8);
        }
    }

    private void handsOverEverything(StreamSocket peer, String from) throws Exception {
        Path content = Files.writeString(folder.resolve("content"), "content of the file");
        Address address = Connected.freeName();
        try (OpenFile memory = OpenFile.memory("shared", 4096);
                SocketPair<StreamSocket> connection = StreamSocket.pair();
                StreamListener listener = StreamListener.bind(address).listen(1);
                OpenFile file = OpenFile.openReadOnly(content);
                StreamSocket client = StreamSocket.connect(address, Connected.PATIENCE)) {
            tell(peer, 'k', memory, connection.second(), listener, file);
            assertEquals("through the connection", receive(connection.first()));
            assertEquals("content of the file", receive(client));
            assertEquals(from, read(memory, from.length()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherLanguageTakesAConnectionAListenerAFileAndMemoryAndGivesItsOwn(
            DescriptorPeer language) throws Exception {
        Address path = Address.path(folder.resolve("s"));
        try (StreamListener listener = StreamListener.bind(path).listen(1);
                StreamSocket peer = start(listener, language);
                Ancillary into = new Ancillary()) {
            String before = receive(peer);
            handsOverEverything(peer, "from " + language);
            tell(peer, 'm');
            ask(peer, into);
            String made = "made in " + language;
            try (OpenFile memory = into.take();
                    StreamSocket pair = into.take().toStreamSocket()) {
                assertEquals(made, read(memory, made.length()));
                assertEquals("a pair of " + language, receive(pair));
            }
            tell(peer, 'q');
            assertEquals(before, receive(peer), "descriptors of the peer");
        }
    }

    @Test
    void anotherJavaTakesThemToo() throws Exception {
        Path path = folder.resolve("java.sock");
        try (StreamListener listener = StreamListener.bind(Address.path(path)).listen(1);
                StreamSocket peer =
                        start(
                                listener,
                                ChildJvm.command(List.of(), "take-descriptors", path.toString()));
                Ancillary into = new Ancillary()) {
            handsOverEverything(peer, "from Java");
            ask(peer, into);
            try (OpenFile made = into.take()) {
                assertEquals("made in Java", read(made, 12));
            }
        }
    }

    /** The same descriptor goes there and back, and a new one comes: neither side keeps any. */
    @ParameterizedTest
    @EnumSource
    void nobodyKeepsADescriptorHoweverOftenTheyArePassed(DescriptorPeer language) throws Exception {
        Address path = Address.path(folder.resolve("s"));
        try (StreamListener listener = StreamListener.bind(path).listen(1);
                StreamSocket peer = start(listener, language);
                Ancillary into = new Ancillary();
                OpenFile memory = OpenFile.memory("often", 64)) {
            String theirs = receive(peer);
            HasDescriptor[] two = {memory, listener};
            long ours = 0;
            for (int i = 0; i <= TIMES; i++) {
                if (i == 1) { // all is loaded
                    ours = allDescriptors();
                }
                tell(peer, 'b', two);
                ask(peer, into);
                assertEquals(2, into.descriptors());
                into.take().close(); // and the next call closes the other
            }
            into.close();
            assertEquals(ours - 1, allDescriptors(), "descriptors of Java");
            tell(peer, 'q');
            assertEquals(theirs, receive(peer), "descriptors of the peer");
        }
    }

    private static long allDescriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** inetd style: a child has the connection as its standard input. */
    @Test
    void aChildTakesOverTheConnectionThatItsParentAccepted() throws Exception {
        requireTool("python3", "to accept a connection and start a server for it");
        Path path = folder.resolve("inetd.sock");
        String inetd =
                """
                import socket, subprocess, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                s.bind(sys.argv[1])
                s.listen(1)
                print('ready', flush=True)
                c, _ = s.accept()
                sys.exit(subprocess.call(sys.argv[2:], stdin=c))
                """;
        Path script = Files.writeString(folder.resolve("inetd.py"), inetd);
        List<String> command =
                new ArrayList<>(List.of("python3", script.toString(), path.toString()));
        command.addAll(ChildJvm.command(List.of(), "serve-inherited"));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = process.inputReader()) {
            assertEquals("ready", output.readLine());
            try (StreamSocket client =
                    StreamSocket.connect(Address.path(path), Connected.PATIENCE)) {
                send(client, "echo");
                assertEquals("ECHO", receive(client));
                assertEquals("", receive(client));
            }
            assertEquals("StreamSocket[" + path + "]", output.readLine());
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    /** Two descriptors come, and there is one number left. */
    @Test
    void whereNumbersRunOutTheLossIsToldAndWhatCameIsOwned() throws Exception {
        ChildJvm.Ended child = ChildJvm.runAfter("ulimit -n 200", List.of(), "lose-descriptors");
        assertTrue(
                child.output()
                        .contains(
                                "receive: the kernel closed descriptors of a message and left 1,"
                                        + " for want of free ones in this process"),
                child.output());
        assertTrue(child.output().endsWith("then 2\n"), child.output());
    }
}
