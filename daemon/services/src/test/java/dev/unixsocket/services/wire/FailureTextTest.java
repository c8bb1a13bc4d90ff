package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Failures in a user's words. */
class FailureTextTest {

    @TempDir Path folder;

    private void assertSaid(String reason, Path file, Executable attempt) {
        IOException failure = assertThrows(IOException.class, attempt);
        assertEquals(file + ": " + reason, FailureText.of(failure));
        assertEquals(reason, FailureText.reason(failure));
    }

    @Test
    void whatJavaHasAnExceptionForIsSaidInWords() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path none = folder.resolve("none");
        assertSaid("no such file or directory", none, () -> Files.delete(none));
        assertSaid("not a directory", file, () -> Files.newDirectoryStream(file));
        assertSaid("exists already", file, () -> Files.createFile(file));
        assertSaid("directory not empty", folder, () -> Files.delete(folder));
    }

    @Test
    void whatTheSystemSaysIsPassedOn() {
        Path below = folder.resolve("x".repeat(300));
        assertSaid("File name too long", below, () -> Files.createFile(below));
        assertEquals("a reason", FailureText.of(new FileSystemException(null, null, "a reason")));
        assertEquals("a sentence", FailureText.of(new IOException("a sentence")));
    }
}
