package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.discovery.SocketSource;
import dev.unixsocket.uds.discovery.RemoteOptions;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/** {@code --etcd} and all that it takes to be let in. Confined to one thread. */
final class EtcdOptions implements RemoteOptions {

    @Option(
            names = "--etcd",
            paramLabel = "URL",
            split = ",",
            description =
                    "The etcd cluster that knows the sockets of all machines, by uds register on"
                            + " each: the client URLs of its servers, such as"
                            + " http://10.0.0.1:2379. One is asked, and the next when it fails.")
    private List<String> urls = List.of();

    @Option(
            names = "--etcd-prefix",
            paramLabel = "KEY",
            defaultValue = EtcdSettings.DEFAULT_PREFIX,
            description =
                    "What the keys begin with, for clusters with several tenants. Default: "
                            + EtcdSettings.DEFAULT_PREFIX)
    private String prefix;

    @Option(
            names = "--etcd-ca",
            paramLabel = "FILE",
            description = "Trust servers with certificates of these authorities, in PEM.")
    private Optional<Path> authorities;

    @Option(
            names = "--etcd-cert",
            paramLabel = "FILE",
            description = "Show this client certificate, in PEM.")
    private Optional<Path> certificate;

    @Option(
            names = "--etcd-key",
            paramLabel = "FILE",
            description = "Its private key, PKCS#8 in PEM.")
    private Optional<Path> key;

    @Option(names = "--etcd-user", paramLabel = "NAME", description = "Log in as this user.")
    private Optional<String> user;

    @Option(
            names = "--etcd-password-file",
            paramLabel = "FILE",
            description = "The first line of this file is the password of the user.")
    private Optional<Path> passwordFile;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    /** Made by this package's commands. */
    EtcdOptions() {}

    @Override
    public boolean areGiven() {
        return !urls.isEmpty();
    }

    @Override
    public Optional<SocketSource> open(Consumer<String> notice) throws IOException {
        if (!areGiven()) {
            require(
                    authorities.isEmpty() && certificate.isEmpty() && user.isEmpty(),
                    "without --etcd there is nobody to log in to");
            return Optional.empty();
        }
        return Optional.of(EtcdSockets.open(settings(), notice));
    }

    /**
     * All of it.
     *
     * @throws ParameterException if options do not go together
     * @throws IOException if a file cannot be used
     */
    EtcdSettings settings() throws IOException {
        require(certificate.isPresent() == key.isPresent(), "--etcd-cert and --etcd-key: both");
        require(
                user.isPresent() == passwordFile.isPresent(),
                "--etcd-user and --etcd-password-file: both");
        List<URI> endpoints = new ArrayList<>();
        for (String url : urls) {
            endpoints.add(endpoint(url));
        }
        Optional<SSLContext> tls = Optional.empty();
        if (authorities.isPresent() || certificate.isPresent()) {
            require(
                    endpoints.stream().allMatch(url -> "https".equals(url.getScheme())),
                    "--etcd-ca and --etcd-cert are for https URLs");
            Optional<Certificates.Own> own =
                    certificate.map(file -> new Certificates.Own(file, key.get()));
            tls = Optional.of(Certificates.context(authorities, own));
        }
        try {
            return new EtcdSettings(endpoints, tls, login(), prefix);
        } catch (IllegalArgumentException e) {
            throw wrong("--etcd: " + e.getMessage());
        }
    }

    private URI endpoint(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw wrong("--etcd: '%s' is no URL such as http://10.0.0.1:2379".formatted(url));
        }
    }

    private Optional<EtcdSettings.User> login() throws IOException {
        if (user.isEmpty()) {
            return Optional.empty();
        }
        String password = Files.readString(passwordFile.get()).lines().findFirst().orElse("");
        return Optional.of(new EtcdSettings.User(user.get(), password));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw wrong(otherwise);
        }
    }

    private ParameterException wrong(String reason) {
        return new ParameterException(command.commandLine(), reason);
    }
}
