package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Paths as bytes, in a Java whose paths are in UTF-8. */
@EnabledOnOs(OS.LINUX)
class PathBytesTest {

    @TempDir Path folder;

    /** A character for a byte. */
    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a",
                "/",
                "/run/a.sock",
                "/a b/%ff/c?d#e:\n",
                "\u00ff",
                "/\u00ff",
                "\u00ff/../%41",
                "./\u00ff b",
                "/run/\u00c3\u00bc/\u00c3/%\u0080 \u00fe?#"
            })
    void everyPathHasTheBytesThatItIsMadeOf(String latin) {
        Path path = PathBytes.path(bytes(latin));
        assertArrayEquals(bytes(latin), PathBytes.of(path));
        assertEquals(latin.startsWith("/"), path.isAbsolute());
    }

    @Test
    void thoseOfADirectoryDoNotEndInASlash() throws Exception {
        byte[] bytes = bytes(folder + "/\u00ff");
        assertArrayEquals(bytes, PathBytes.of(Files.createDirectory(PathBytes.path(bytes))));
    }

    @Test
    void aNulIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PathBytes.path(bytes("a\0b")));
        assertThrows(IllegalArgumentException.class, () -> PathBytes.path(bytes("\u00ff\0")));
    }

    @Test
    void theLockFileOfASocketIsBesideItWhateverItsNameIs() {
        assertArrayEquals(
                bytes("/run/\u00ff.lock"),
                PathBytes.of(LockFile.of(PathBytes.path(bytes("/run/\u00ff")))));
        assertEquals(Path.of("a.lock"), LockFile.of(Path.of("a")));
    }
}
