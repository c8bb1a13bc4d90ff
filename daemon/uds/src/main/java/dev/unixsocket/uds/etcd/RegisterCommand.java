package dev.unixsocket.uds.etcd;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.connections.PerConnection;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogOptions;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.OwnDirectories;
import dev.unixsocket.uds.cli.StandardStreams;
import dev.unixsocket.uds.metrics.PlainHttp;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code uds register}. */
@Command(
        name = "register",
        description = {
            "Tell an etcd cluster which sockets of directories listen, for uds ls, watch and export"
                    + " --etcd on any machine.",
            "",
            "Each socket has a key, KEY/HOST/PATH, whose value is what uds ls --json prints. The"
                    + " keys go with a lease: when this machine is not heard of for --ttl, etcd"
                    + " removes them. After a stop they stay for that time, so that a restart makes"
                    + " no gap. A directory that is not there is waited for, and so is etcd. A key"
                    + " that another agent has set is left as it is.",
            "",
            "On its own socket it answers uds ping: whether etcd has all that it should. SIGTERM"
                    + " and SIGINT stop it.",
            "",
            ListenerOptions.OTHER_SIGNALS
        },
        exitCodeList = {
            "0:stopped by a signal",
            "1:could not start; standard error says why",
            "2:wrong command line"
        })
final class RegisterCommand implements Callable<Integer> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.register");

    private static final Path MACHINE = Path.of("/etc/machine-id");
    private static final Path KERNELS_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);
    private static final int MODE = 0600;
    private static final int BACKLOG = 16;
    private static final int MAX_CONNECTIONS = 16;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "Directories, not those below them")
    private List<Path> directories;

    @Mixin private EtcdOptions etcd;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "What this machine is called in the keys; no other may have the name. Default:"
                            + " its host name")
    private Optional<String> host;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.Positive.class,
            description =
                    "How long the keys stay when this machine is not heard of; whole seconds, 2 at"
                            + " least. Default: 10s")
    private Duration ttl;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationConverter.Positive.class,
            description =
                    "How soon to notice a listener that died without touching its file, changed"
                            + " metadata, and a directory that is there again. Default: 2s")
    private Duration interval;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "The socket of this service itself. Default: uds-register/register.sock in"
                            + " $XDG_RUNTIME_DIR, or in /run")
    private Optional<Path> socket;

    @Mixin private LogOptions log;

    @Mixin private final ListenerOptions listenerOptions = ListenerOptions.locked();

    @Mixin private Options options;

    /** Made by picocli. */
    RegisterCommand() {}

    @Override
    public Integer call() throws IOException {
        options.require(etcd.areGiven(), "Missing required option: '--etcd'");
        options.require(
                ttl.compareTo(SHORTEST_LEASE) >= 0 && ttl.toNanosPart() == 0,
                "--ttl must be whole seconds, 2s at least");
        String name = host.orElseGet(RegisterCommand::hostName);
        options.require(
                !name.isBlank() && !name.contains("/"), "--host: a name without a slash is needed");
        EtcdSettings settings = etcd.settings();
        log.configure();
        StopSignals signals = StandardStreams.serviceSignals();
        try (Listener listener = openListener();
                EtcdClient client = new EtcdClient(settings)) {
            LOG.log(Level.INFO, "listening on " + listener.address());
            run(signals, listener, client, new Keys(settings.prefix()), name);
        }
        LOG.log(Level.INFO, "stopped");
        return 0;
    }

    private void run(
            StopSignals signals, Listener listener, EtcdClient client, Keys keys, String name) {
        Set<Path> absolute = new TreeSet<>();
        directories.forEach(directory -> absolute.add(directory.toAbsolutePath().normalize()));
        try (LocalSockets local =
                new LocalSockets(
                        absolute,
                        path -> keys.of(name, path.toString()),
                        interval,
                        listener.meter())) {
            Registrar registrar =
                    new Registrar(
                            client,
                            new KeyRange(keys.ofHost(name)),
                            new Lease(identity(keys, name, absolute), ttl),
                            local,
                            listener.meter());
            PerConnection answers =
                    new PerConnection(
                            listener,
                            MAX_CONNECTIONS,
                            new PlainHttp(page -> page(registrar, page)));
            Thread.ofPlatform().name("answers").daemon().start(answers::run);
            local.start();
            listener.serve(
                    signals,
                    () -> register(registrar),
                    () -> {
                        registrar.stop();
                        answers.stop();
                    });
        }
    }

    private static void register(Registrar registrar) {
        try {
            registrar.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<PlainHttp.Page> page(Registrar registrar, String path) {
        if (!path.equals("/health")) {
            return Optional.empty();
        }
        String trouble = registrar.trouble();
        return Optional.of(
                trouble.isEmpty()
                        ? PlainHttp.Page.text(OK, registrar.count() + " sockets are registered\n")
                        : PlainHttp.Page.text(UNAVAILABLE, trouble + "\n"));
    }

    /**
     * What no other agent has: another user's on this machine, say, or one of other directories.
     */
    private static List<String> identity(Keys keys, String name, Set<Path> directories) {
        List<String> identity = new ArrayList<>();
        identity.add(read(MACHINE));
        identity.add(keys.ofHost(name));
        identity.add(System.getProperty("user.name"));
        directories.forEach(directory -> identity.add(directory.toString()));
        return identity;
    }

    private static String hostName() {
        String name = read(KERNELS_NAME);
        try {
            return name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name;
        } catch (IOException e) {
            return "";
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private Listener openListener() throws IOException {
        Address address = listenerOptions.address(socket.orElseGet(RegisterCommand::usualSocket));
        if (socket.isEmpty()
                && listenerOptions.makesFile()
                && address instanceof Address.UnixPath file) {
            OwnDirectories.make(file.path().getParent());
        }
        return listenerOptions.open(
                new ListenerOptions.Service(
                        "register",
                        address,
                        MODE,
                        OptionalInt.empty(),
                        BACKLOG,
                        List.of("GET /health")));
    }

    private static Path usualSocket() {
        String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
        return Path.of(runtime.isEmpty() ? "/run" : runtime, "uds-register", "register.sock");
    }
}
