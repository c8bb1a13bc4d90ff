package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A look at a file that may be anything. */
@EnabledOnOs(OS.LINUX)
class RegularFileTest {

    private static final int LIMIT = 1000;

    @TempDir Path folder;

    private static String refusal(Path path) {
        return assertThrows(IOException.class, () -> RegularFile.read(path, LIMIT)).getMessage();
    }

    @Test
    void aFileIsReadWhole() throws IOException {
        byte[] content = new byte[LIMIT];
        content[LIMIT - 1] = (byte) 0xFF;
        Path path = Files.write(folder.resolve("file"), content);
        RegularFile file = RegularFile.read(path, LIMIT).orElseThrow();
        assertArrayEquals(content, file.content());
        assertEquals(Files.getAttribute(path, "unix:uid"), file.uid());
        assertEquals(Files.getLastModifiedTime(path).toInstant(), file.modified());
    }

    @Test
    void aFileThatIsNotThereIsNone() throws IOException {
        assertEquals(Optional.empty(), RegularFile.read(folder.resolve("none"), LIMIT));
    }

    @Test
    void aLongerFileIsRefused() throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[LIMIT + 1]);
        assertEquals("it has more than 1000 bytes", refusal(path));
    }

    @Test
    void aFifoIsNotWaitedFor() throws Exception {
        requireTool("mkfifo", "to make a FIFO");
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        assertEquals("it is a special file", refusal(fifo));
    }

    @Test
    void aLinkADirectoryAndASocketAreRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertEquals("it is a symbolic link", refusal(link));
        assertEquals("it is a directory", refusal(folder));
        Path socket = folder.resolve("socket");
        StreamListener.bind(Address.path(socket)).close();
        assertEquals("it is a socket", refusal(socket));
    }
}
