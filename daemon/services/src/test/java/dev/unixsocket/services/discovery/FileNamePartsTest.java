package dev.unixsocket.services.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

/** Metadata in the name of a socket file. */
class FileNamePartsTest {

    private static Map<String, Object> parts(String name) {
        return FileNameParts.of(Path.of("/run", name));
    }

    @Test
    void lettersAndThenDigitsAreAKeyAndItsValue() {
        assertEquals(
                Map.of("name", "worker", "pid", 123L, "port", 8080L),
                parts("worker-pid123-port8080.sock"));
    }

    @Test
    void theFirstPartIsANameWhateverItLooksLike() {
        assertEquals(Map.of("name", "v2", "pid", 7L), parts("v2-pid7"));
    }

    @Test
    void otherPartsBelongToTheName() {
        assertEquals(
                Map.of("name", "image-worker-A1", "pid", 7L), parts("image-worker-pid7-A1.sock"));
    }

    @Test
    void aNameWithoutSuchPartsSaysNothing() {
        assertEquals(Map.of(), parts("docker.sock"));
        assertEquals(Map.of(), parts("S.gpg-agent.browser"));
        assertEquals(Map.of(), parts("-.sock"));
    }

    @Test
    void aNumberThatIsTooLongIsPartOfTheName() {
        assertEquals(Map.of(), parts("a-pid1234567890123456789.sock"));
    }
}
