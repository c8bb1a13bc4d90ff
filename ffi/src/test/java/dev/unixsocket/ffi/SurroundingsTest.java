package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.FailedCallsTest.failure;
import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Small things around a socket: names of accounts, groups, attributes, datagrams, directories. */
@EnabledOnOs(OS.LINUX)
class SurroundingsTest {

    private static final int NOBODY = 65534;

    @TempDir Path folder;

    @Test
    void accountsAreFoundByName() {
        assertEquals(OptionalInt.of(0), Accounts.uid("root"));
        assertEquals(OptionalInt.of(0), Accounts.gid("root"));
        assertEquals(OptionalInt.empty(), Accounts.uid("no such user"));
        assertEquals(OptionalInt.empty(), Accounts.gid("no such group"));
    }

    @Test
    void aPeersGroupsAreThoseOfItsProcess() throws IOException {
        try (Connected connected = Connected.locally()) {
            List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
            String groups =
                    status.stream()
                            .filter(line -> line.startsWith("Groups:"))
                            .findFirst()
                            .orElseThrow();
            int[] expected =
                    Arrays.stream(groups.substring("Groups:".length()).strip().split(" +"))
                            .filter(group -> !group.isEmpty())
                            .mapToInt(Integer::parseInt)
                            .sorted()
                            .toArray();
            int[] found = connected.server().peerGroups();
            Arrays.sort(found);
            assertEquals(Arrays.toString(expected), Arrays.toString(found));
        }
    }

    @Test
    void aPeerInThousandGroupsHasThemAll() throws Exception {
        requireTool("setpriv", "to start a process in many groups");
        requireTool("python3", "to connect from it");
        assumeTrue(Syscalls.getuid() == 0, "only root can join any group");
        StringBuilder groups = new StringBuilder("70000");
        for (int i = 1; i < 1000; i++) {
            groups.append(',').append(70000 + i);
        }
        Address.AbstractName name = Connected.freeName();
        try (StreamListener listener = StreamListener.bind(name).listen(5)) {
            Process client =
                    new ProcessBuilder(
                                    "setpriv",
                                    "--groups=" + groups,
                                    "python3",
                                    "-c",
                                    "import socket; s = socket.socket(socket.AF_UNIX);"
                                            + "s.connect('\\0"
                                            + name.name()
                                            + "'); s.recv(1)")
                            .inheritIO()
                            .start();
            try (StreamSocket server = listener.accept()) {
                assertEquals(1000, server.peerGroups().length);
            }
            assertEquals(0, client.waitFor());
        }
    }

    @Test
    void attributesOfAFileAreReadBack() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try {
            ExtendedAttributes.write(file, "zone", "eu-1 ü");
        } catch (SyscallException e) {
            assumeTrue(e.errno() != Errno.EOPNOTSUPP, "this file system has no attributes");
            throw e;
        }
        ExtendedAttributes.write(file, "empty", "");
        assertEquals(Map.of("zone", "eu-1 ü", "empty", ""), ExtendedAttributes.read(file));
    }

    @Test
    void aValueThatAnotherProgramWroteIsGivenWhole() throws Exception {
        requireTool("python3", "to write attributes with bytes of any kind");
        Path file = Files.createFile(folder.resolve("file"));
        String script =
                "import os,sys; f=sys.argv[1]\n"
                    + "os.setxattr(f,b'user.a',b'x\\0y\\0'); os.setxattr(f,b'user.b',b'\\xff')\n"
                    + "os.setxattr(f,b'user.\\xff',b'v'); os.setxattr(f,b'user.z',b'v')";
        ChildJvm.Ended python =
                ChildJvm.ended(new ProcessBuilder("python3", "-c", script, file.toString()));
        assumeTrue(!python.output().contains("Errno 95"), "this file system has no attributes");
        assertEquals("", python.output());
        assertEquals(Map.of("a", "x\0y\0", "z", "v"), ExtendedAttributes.read(file));
    }

    private static String refusal(Executable act) {
        return assertThrows(IllegalArgumentException.class, act).getMessage();
    }

    @Test
    void noTextIsCutAtANulOrChanged() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(
                "the name of a user cannot hold a NUL: root\\0x",
                refusal(() -> Accounts.uid("root\0x")));
        assertEquals(
                "the name of a group cannot hold a NUL: root\\0",
                refusal(() -> Accounts.gid("root\0")));
        assertEquals(
                "the name of an attribute cannot hold a NUL: user.a\\0b",
                refusal(() -> ExtendedAttributes.write(file, "a\0b", "c")));
        assertEquals(
                "the value of an attribute cannot hold a NUL: b\\0c",
                refusal(() -> ExtendedAttributes.write(file, "a", "b\0c")));
        for (Executable half :
                List.<Executable>of(
                        () -> Accounts.uid("\ud800"),
                        () -> Accounts.gid("\ud800"),
                        () -> ExtendedAttributes.write(file, "\ud800", "c"),
                        () -> ExtendedAttributes.write(file, "a", "\ud800"))) {
            assertTrue(refusal(half).contains("must have a form in UTF-8"));
        }
        try {
            assertEquals(Map.of(), ExtendedAttributes.read(file));
        } catch (SyscallException e) {
            assertEquals(Errno.EOPNOTSUPP, e.errno());
        }
    }

    @Test
    void attributesOfALinkAreNotThoseOfItsTarget() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        failure("setxattr", Errno.EPERM, () -> ExtendedAttributes.write(link, "zone", "x"));
        assertEquals(Map.of(), ExtendedAttributes.read(link));
    }

    @Test
    void aDatagramArrivesWhole() throws IOException {
        for (Address address :
                List.of(Address.path(folder.resolve("notify")), Connected.freeName())) {
            try (Arena arena = Arena.ofConfined()) {
                int receiver = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0);
                Sockaddr sockaddr = Sockaddr.of(address, arena);
                assertEquals(0, Syscalls.bind(receiver, sockaddr.segment(), sockaddr.length()));
                Datagrams.send(address, "READY=1".getBytes(StandardCharsets.US_ASCII));
                MemorySegment buffer = arena.allocate(100);
                long length = Syscalls.recvDontwait(receiver, buffer, 100);
                byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                assertEquals("READY=1", new String(bytes, StandardCharsets.US_ASCII));
                Syscalls.close(receiver);
            }
        }
    }

    @Test
    void aDatagramToNobodyFails() {
        Address nobody = Connected.freeName();
        failure("connect", Errno.ECONNREFUSED, () -> Datagrams.send(nobody, new byte[1]));
    }

    private static String refusal(Path directory) {
        return assertThrows(IOException.class, () -> RuntimeDirectory.requireTrustworthy(directory))
                .getMessage();
    }

    @Test
    void aDirectoryOfOursOrRootsIsTrusted() throws IOException {
        RuntimeDirectory.requireTrustworthy(folder);
        RuntimeDirectory.requireTrustworthy(Path.of("/tmp"));
        RuntimeDirectory.requireTrustworthy(Path.of("/run"));
        RuntimeDirectory.requireTrustworthy(
                Files.createSymbolicLink(folder.resolve("link"), folder));
    }

    @Test
    void aDirectoryThatEveryoneCanWriteToIsNotUnlessItIsSticky() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("open"));
        FileCalls.chmod(directory, 0777);
        assertEquals(
                directory + " lets every user replace what is in it: its mode is 0777",
                refusal(directory));
        FileCalls.chmod(directory, 01777);
        RuntimeDirectory.requireTrustworthy(directory);
        FileCalls.chmod(directory, 02770);
        RuntimeDirectory.requireTrustworthy(directory);
    }

    @Test
    void aDirectoryOrALinkOfSomebodyElseIsNot() throws IOException {
        assumeTrue(Syscalls.getuid() == 0, "only root can give a file away");
        Path directory = Files.createDirectory(folder.resolve("theirs"));
        Files.setAttribute(directory, "unix:uid", NOBODY);
        assertEquals(
                directory + " belongs to uid 65534, not to uid 0, who could replace the socket",
                refusal(directory));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        new ProcessBuilder("chown", "-h", "65534", link.toString()).start().onExit().join();
        assertTrue(refusal(link).startsWith(link + " is a symbolic link that belongs to uid"));
    }

    @Test
    void whatIsNoDirectoryIsNot() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(file + " is a regular file, not a directory", refusal(file));
        assertTrue(refusal(folder.resolve("nowhere")).startsWith("stat: No such file"));
    }
}
