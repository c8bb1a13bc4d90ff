package dev.unixsocket.services.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** The names of channels. */
class EventNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "wallpaper_change", "color-scheme-update", "A-Z_0-9"})
    void aNameNamesFilesInTheSocketDirectory(String name) throws EventException {
        assertEquals(
                Path.of("/run/x", name + ".sock"), EventName.of(name).socket(Path.of("/run/x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "../x", "a/b", "/etc", "a.b", "a b", "ä", "a\n", "a\0", "٣"})
    void anythingElseIsRefused(String name) {
        assertThrows(EventException.ValidationFailed.class, () -> EventName.of(name));
    }

    @Test
    void aNameHasAtMost64Characters() throws EventException {
        EventName.of("x".repeat(64));
        assertThrows(EventException.ValidationFailed.class, () -> EventName.of("x".repeat(65)));
    }

    @Test
    void serversAndClientsRefuseOneThatIsNotOne() {
        assertThrows(
                EventException.ValidationFailed.class,
                () -> new EventServerBuilder("../x", EventSettings.defaults()));
        assertThrows(
                EventException.ValidationFailed.class,
                () -> new EventClientBuilder("../x", EventSettings.defaults()));
    }
}
