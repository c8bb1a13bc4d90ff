package dev.unixsocket.uds.etcd;

import java.net.URI;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * How to reach a cluster, and what of it is ours.
 *
 * @param endpoints the client URLs of its servers, such as {@code http://10.0.0.1:2379}; at least
 *     one
 * @param tls whom to trust and as whom to connect; empty for what the Java runtime trusts
 * @param user empty where etcd has no users
 * @param prefix what all keys begin with, such as {@code /uds/}
 */
public record EtcdSettings(
        List<URI> endpoints, Optional<SSLContext> tls, Optional<User> user, String prefix) {

    /** The prefix of a cluster that has no tenants. */
    public static final String DEFAULT_PREFIX = "/uds/";

    /**
     * A user of etcd.
     *
     * @param name of the user
     * @param password of the user
     */
    public record User(String name, String password) {
        @Override
        public String toString() {
            return name; // the password is for nobody to read
        }
    }

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if an endpoint is no URL of http or https, or the prefix is
     *     empty
     */
    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a cluster has at least one endpoint");
        }
        endpoints.forEach(EtcdSettings::check);
        if (prefix.isEmpty() || prefix.equals("/")) {
            throw new IllegalArgumentException("a prefix such as /uds/ is needed");
        }
        prefix = prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static void check(URI endpoint) {
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "'%s' is no URL of etcd such as http://10.0.0.1:2379".formatted(endpoint));
        }
        if (endpoint.getUserInfo() != null || !endpoint.getRawPath().matches("/?")) {
            throw new IllegalArgumentException(
                    "'%s' is more than the URL of a server".formatted(endpoint));
        }
    }

    /** Without users and certificates, under the default prefix. */
    public static EtcdSettings of(URI... endpoints) {
        return new EtcdSettings(
                List.of(endpoints), Optional.empty(), Optional.empty(), DEFAULT_PREFIX);
    }
}
