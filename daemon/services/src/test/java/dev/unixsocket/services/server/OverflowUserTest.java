package dev.unixsocket.services.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Maps of user namespaces. */
class OverflowUserTest {

    @Test
    void theFirstNamespaceMapsAll() {
        assertTrue(OverflowUser.mapsAll(List.of("         0          0 4294967295")));
        assertTrue(OverflowUser.mapsAll(List.of("0 100000 65536", "65536 165536 4294901759")));
    }

    @Test
    void aContainerMapsSome() {
        assertFalse(OverflowUser.mapsAll(List.of("         0     100000      65536")));
        assertFalse(OverflowUser.mapsAll(List.of("65534 12345 1")));
        assertFalse(OverflowUser.mapsAll(List.of()));
    }
}
