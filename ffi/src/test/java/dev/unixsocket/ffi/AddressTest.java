package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which addresses are refused, before any system call, and how. */
@EnabledOnOs(OS.LINUX)
class AddressTest {

    private static final int LIMIT = 107;

    @TempDir Path folder;

    private static String refusal(Runnable act) {
        return assertThrows(IllegalArgumentException.class, act::run).getMessage();
    }

    /** The path of that many bytes in the folder. */
    private String pathOf(int bytes) {
        String start = folder + "/";
        return start + "x".repeat(bytes - start.length());
    }

    @Test
    void aPathOf107BytesCanBeBoundAndConnectedTo() throws IOException {
        String longest = pathOf(LIMIT);
        try (Connected connected = Connected.over(Address.path(longest))) {
            assertTrue(Files.exists(Path.of(longest)));
            send(connected.client(), "far");
            assertEquals("far", receive(connected.server()));
        }
    }

    @Test
    void aPathOf108BytesIsRefusedWithItsNameAndTheLimit() {
        String tooLong = pathOf(LIMIT + 1);
        String message = "the path of a socket can have 107 bytes, this one has 108: " + tooLong;
        assertEquals(message, refusal(() -> Address.path(tooLong)));
        assertEquals(message, refusal(() -> Address.path(Path.of(tooLong))));
        assertFalse(Files.exists(Path.of(tooLong)));
    }

    /** In a process of its own, because the encoding of paths is set when Java starts. */
    @Test
    void theLimitCountsBytesAndNotCharacters() throws Exception {
        String umlauts = "/" + "u-umlaut".repeat(53);
        assertEquals("107\n", addressMadeUnder("C.UTF-8", umlauts));
        String message = addressMadeUnder("C.UTF-8", umlauts + "x");
        assertTrue(
                message.startsWith(
                        "refused: the path of a socket can have 107 bytes, this one has 108: /"),
                message);
    }

    @Test
    void aPathThatTheEncodingCannotSayIsRefused() throws Exception {
        String message = addressMadeUnder("C", "/u-umlaut");
        assertTrue(message.startsWith("refused: "), message);
    }

    private static String addressMadeUnder(String locale, String path) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(ChildJvm.command(List.of(), "make-address", path));
        builder.environment().put("LC_ALL", locale);
        return ChildJvm.ended(builder).output();
    }

    @Test
    void aPathWithBytesThatAreNotTextIsTakenAsItIs() throws IOException {
        byte[] bytes = (folder + "/\0.sock").getBytes(UTF_8);
        bytes[bytes.length - 6] = (byte) 0xFF;
        Path path = PathBytes.path(bytes);
        Address address = Address.path(path);
        try (Connected connected = Connected.over(address);
                Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(path), files.toList());
            send(connected.client(), "here");
            assertEquals("here", receive(connected.server()));
        }
        assertEquals(folder + "/\\xff.sock", address.toString());
        assertNotEquals(address, Address.path(folder.resolve("\ufffd.sock")));
    }

    /** A server in C can have bound it; no other address is that long. */
    @Test
    void anAddressOf108BytesCanBeConnectedTo() throws IOException {
        Address address = new Address.UnixPath(Path.of(pathOf(LIMIT + 1)));
        try (Connected connected = Connected.over(address)) {
            send(connected.client(), "farther");
            assertEquals("farther", receive(connected.server()));
        }
        String tooLong = pathOf(LIMIT + 2);
        assertEquals(
                "the path of a socket can have 108 bytes, this one has 109: " + tooLong,
                refusal(() -> new Address.UnixPath(Path.of(tooLong))));
    }

    @Test
    void aPathOfAnotherFileSystemIsRefused() throws Exception {
        URI archive = URI.create("jar:" + folder.resolve("a.zip").toUri());
        try (FileSystem other = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            assertEquals(
                    "not a path of the operating system: /s",
                    refusal(() -> Address.path(other.getPath("/s"))));
        }
    }

    @Test
    void aRelativePathIsBelowUserDirAsForTheRestOfJava() throws Exception {
        Path working = Files.createDirectory(folder.resolve("working"));
        Path userDir = Files.createDirectory(folder.resolve("user.dir"));
        for (Path directory : List.of(userDir, working)) {
            ProcessBuilder builder =
                    new ProcessBuilder(
                            ChildJvm.command(
                                    List.of("-Duser.dir=" + directory),
                                    "listen-below-user-dir",
                                    "d/s"));
            ChildJvm.Ended child = ChildJvm.ended(builder.directory(working.toFile()));
            String file = directory.toRealPath() + "/d/s";
            assertEquals("true true\nd/s in " + file + "\nfalse\n", child.output());
        }
    }

    /** So a longer directory leaves less room, unless the process works in it. */
    @Test
    void theLimitCountsTheDirectoryOfARelativePathWhereTheKernelGetsIt() throws Exception {
        Path deep = Files.createDirectory(folder.resolve("x".repeat(100)));
        String message = ChildJvm.run(List.of("-Duser.dir=" + deep), "make-address", "s").output();
        int bytes = deep.toString().length() + 2;
        assertEquals(
                "refused: the path of a socket can have 107 bytes, this one has %d: %s/s\n"
                        .formatted(bytes, deep),
                message);
        ProcessBuilder there = new ProcessBuilder(ChildJvm.command(List.of(), "make-address", "s"));
        assertEquals("1\n", ChildJvm.ended(there.directory(deep.toFile())).output());
    }

    @Test
    void anEmptyPathIsRefused() {
        String message = "the path of a socket cannot be empty";
        assertEquals(message, refusal(() -> Address.path("")));
        assertEquals(message, refusal(() -> Address.path(Path.of(""))));
    }

    @Test
    void aPathWithANulIsRefusedWithItsName() {
        assertEquals(
                "the path of a socket cannot hold a NUL: /run/a\\0b",
                refusal(() -> Address.path("/run/a\0b")));
        assertEquals(
                "the path of a socket cannot hold a NUL: \\0abstract",
                refusal(() -> Address.path("\0abstract")));
    }

    @Test
    void anAbstractNameOf107BytesCanBeUsedAndOneOf108IsRefused() throws IOException {
        String start = Connected.freeName().name();
        String longest = start + "x".repeat(LIMIT - start.length());
        try (Connected connected = Connected.over(Address.abstractName(longest))) {
            send(connected.client(), "far");
            assertEquals("far", receive(connected.server()));
        }
        assertEquals(
                "an abstract socket name can have 107 bytes, this one has 108: @" + longest + "y",
                refusal(() -> Address.abstractName(longest + "y")));
        assertEquals(
                "an abstract socket name can have 107 bytes, this one has 108: @"
                        + "\u00fc".repeat(54),
                refusal(() -> Address.abstractName("\u00fc".repeat(54))));
    }

    @Test
    void anEmptyAbstractNameIsRefused() {
        assertEquals(
                "an abstract socket name cannot be empty", refusal(() -> Address.abstractName("")));
    }

    @Test
    void anAbstractNameThatIsHalfACharacterIsRefused() {
        assertTrue(refusal(() -> Address.abstractName("a\ud800")).contains("UTF-8"));
    }

    /** Every byte of the name counts, so names that differ after a NUL are two names. */
    @Test
    void anAbstractNameCanHoldAnyCharacter() throws IOException {
        String start = Connected.freeName().name();
        List<String> names =
                List.of(start + "\0a", start + "\0b", start + "/ \n\u00fc\ud83d\ude80", start);
        for (String name : names) {
            try (Connected connected = Connected.over(Address.abstractName(name));
                    Connected other = Connected.over(Address.abstractName(name + "\0"))) {
                send(connected.client(), "here");
                send(other.client(), "there");
                assertEquals("here", receive(connected.server()));
                assertEquals("there", receive(other.server()));
                String listed = name.replace('\0', '@').split("\n")[0];
                String sockets =
                        Files.readString(Path.of("/proc/net/unix"), StandardCharsets.ISO_8859_1);
                assertTrue(sockets.contains("@" + listed), listed);
            }
        }
        assertEquals("@a@b", Address.abstractName("a\0b").toString());
    }

    @Test
    void anAbstractNameNeedNotBeText() throws IOException {
        byte[] bytes = (Connected.freeName().name() + "\0z").getBytes(UTF_8);
        bytes[bytes.length - 2] = (byte) 0xC3;
        Address name = Address.abstractName(bytes);
        try (Connected connected = Connected.over(name)) {
            send(connected.client(), "here");
            assertEquals("here", receive(connected.server()));
            byte[] listed = Files.readAllBytes(Path.of("/proc/net/unix"));
            String bytewise = new String(listed, StandardCharsets.ISO_8859_1);
            assertTrue(
                    bytewise.contains("@" + new String(bytes, StandardCharsets.ISO_8859_1) + "\n"));
        }
        assertTrue(name.toString().endsWith("\\xc3z"), name.toString());
        assertEquals(name, Address.abstractName(bytes.clone()));
        assertEquals(name.hashCode(), Address.abstractName(bytes.clone()).hashCode());
        bytes[0]++;
        assertNotEquals(name, Address.abstractName(bytes));
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        assertEquals("a port is 0 to 65535, not -1", refusal(() -> Address.loopback(-1)));
        assertEquals("a port is 0 to 65535, not 65536", refusal(() -> Address.loopback(65536)));
    }
}
