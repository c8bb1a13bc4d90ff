package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.Connected.receive;
import static dev.unixsocket.ffi.Connected.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    /** Its string shows a replacement character, which would be another file. */
    @Test
    void aPathWithBytesThatAreNotTextIsRefused() throws Exception {
        String script = "touch \"$1/$(printf '\\377')\"";
        Process touch =
                new ProcessBuilder("sh", "-c", script, "sh", folder.toString()).inheritIO().start();
        assertEquals(0, touch.waitFor());
        try (Stream<Path> files = Files.list(folder)) {
            Path odd = files.findFirst().orElseThrow();
            String message = refusal(() -> Address.path(odd));
            assertTrue(message.contains(folder.toString()), message);
        }
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
    void aPortOutOfRangeIsRefused() {
        assertEquals("a port is 0 to 65535, not -1", refusal(() -> Address.loopback(-1)));
        assertEquals("a port is 0 to 65535, not 65536", refusal(() -> Address.loopback(65536)));
    }
}
