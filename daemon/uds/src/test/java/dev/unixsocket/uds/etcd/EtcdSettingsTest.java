package dev.unixsocket.uds.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** How a cluster is named. */
class EtcdSettingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "ftp://10.0.0.1:2379",
                "http:///x",
                "http://user:word@10.0.0.1:2379",
                "http://10.0.0.1:2379/v3"
            })
    void whatIsNoUrlOfAServerIsRefused(String url) {
        assertThrows(IllegalArgumentException.class, () -> EtcdSettings.of(URI.create(url)));
    }

    @Test
    void aPrefixEndsWithASlash() {
        List<URI> urls = List.of(URI.create("http://10.0.0.1:2379"));
        EtcdSettings settings =
                new EtcdSettings(urls, Optional.empty(), Optional.empty(), "/tenant");
        assertEquals("/tenant/", settings.prefix());
        assertThrows(
                IllegalArgumentException.class,
                () -> new EtcdSettings(urls, Optional.empty(), Optional.empty(), "/"));
    }

    @Test
    void aPasswordIsNotPrinted() {
        assertFalse(new EtcdSettings.User("root", "secret").toString().contains("secret"));
    }
}
