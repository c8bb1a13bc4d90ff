package dev.unixsocket.uds.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.events.EventClientInfo;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.events.EventServer;
import dev.unixsocket.services.events.EventServerBuilder;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Transport;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.uds.cli.DurationConverter;
import dev.unixsocket.uds.cli.FrameLimit;
import dev.unixsocket.uds.cli.GivenOptions;
import dev.unixsocket.uds.cli.ListenerOptions;
import dev.unixsocket.uds.cli.LogOptions;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.StandardStreams;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code uds events serve}. */
@Command(
        name = "serve",
        description = {
            "Broadcast JSON lines from standard input to all subscribers.",
            "",
            "Standard input is read once a client subscribes. Messages from clients are printed as"
                + " JSON lines and passed on to all other clients. When the input ends, the server"
                + " exits once every client has received its queued messages; with an empty input"
                + " (</dev/null) it serves until a signal. A slow reader of standard output delays"
                + " no client: output beyond 8 MiB is dropped, and the log says how much. Over a"
                + " Unix domain socket, processes of the same user are served, and those that"
                + " --allow-user, --group or --allow-anyone add. SIGTERM and SIGINT stop it.",
            "",
            ListenerOptions.OTHER_SIGNALS
        },
        exitCodeList = {
            "0:all was broadcast, or stopped by a signal",
            "1:failed, or a line was not JSON; standard error says why",
            "2:wrong command line"
        })
final class EventsServeCommand implements Callable<Integer> {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    private static final int BACKLOG = 128;

    @Mixin private EventsTarget target;

    @Option(
            names = "--wait-for",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Read standard input once N clients have subscribed and no other has for half"
                            + " a second; 0 reads at once. Default: 1")
    private int waitFor;

    @Option(
            names = "--pace",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationConverter.class,
            description =
                    "Read standard input only as fast as the clients read, but do not wait for a"
                            + " client that has read nothing for this long; 0 never waits. Default:"
                            + " 1s")
    private Duration pace;

    @Mixin private SettingOptions settingOptions;

    @Mixin private FrameLimit frameLimit;

    @Option(names = "--no-relay", description = "Print what clients send, but do not pass it on.")
    private boolean noRelay;

    @Option(names = "--allow-shutdown", description = "Let clients shut the server down.")
    private boolean allowShutdown;

    @Mixin private LogOptions log;

    @Mixin private final ListenerOptions listenerOptions = ListenerOptions.locked();

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private final CountDownLatch over = new CountDownLatch(1);

    private final JsonOutput out = new JsonOutput();

    EventsServeCommand() {}

    @Override
    public Integer call() throws IOException {
        EventSettings settings = settingOptions.over(target.settings(), target.transport());
        check(settings);
        log.configure();
        StopSignals signals = StandardStreams.serviceSignals();
        InputBroadcast input;
        try (EventServer server = open(settings)) {
            announce(server);
            listen(server);
            input = new InputBroadcast(server, waitFor, pace, over);
            Thread.ofPlatform().name("input").daemon().start(input);
            server.serve(signals, this::awaitEnd, over::countDown);
        }
        out.sayWhatIsMissing();
        return input.failed() ? 1 : 0;
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private EventServer open(EventSettings settings) throws IOException {
        EventServerBuilder builder =
                new EventServerBuilder(target.name().text(), settings)
                        .maxFrameBytes(frameLimit.bytes());
        if (allowShutdown) {
            builder.allowShutdown();
        }
        return switch (target.transport()) {
            case TCP -> builder.listenTcp(listenerOptions.spec(service(Address.loopback(0), 0)));
            case UNIX -> {
                if (listenerOptions.makesFile()) {
                    builder.prepareDirectory();
                }
                yield builder.on(openListener(settings));
            }
        };
    }

    private Listener openListener(EventSettings settings) throws IOException {
        Address address = listenerOptions.address(target.name().socket(settings.socketDir()));
        return listenerOptions.open(service(address, settings.socketPermissions()));
    }

    private static ListenerOptions.Service service(Address address, int mode) {
        return new ListenerOptions.Service(
                "events", address, mode, OptionalInt.empty(), BACKLOG, List.of("subscribe"));
    }

    private static void announce(EventServer server) {
        LOG.log(Level.INFO, "listening on " + server.address());
        if (server.address() instanceof Address.Loopback) {
            LOG.log(Level.WARNING, "anyone on this machine can connect to a TCP port");
        }
    }

    private void listen(EventServer server) {
        server.onConnect(client -> LOG.log(Level.INFO, client.id() + " connected"))
                .onDisconnect(
                        client ->
                                LOG.log(
                                        Level.INFO,
                                        "%s disconnected (%d messages dropped)"
                                                .formatted(client.id(), client.dropped())))
                .onShutdown(over::countDown)
                .onMessage(
                        (client, message) -> {
                            out.print(message.map());
                            if (!noRelay && message.type() != EventMessage.Type.CONTROL) {
                                relay(server, client, message);
                            }
                        });
    }

    private static void relay(EventServer server, EventClientInfo client, EventMessage message) {
        try {
            server.relay(message, client.id());
        } catch (EventException.MessageInvalid e) {
            LOG.log(Level.WARNING, client.id() + ": " + e.getMessage());
        }
    }

    private void check(EventSettings settings) {
        options.require(waitFor >= 0, "--wait-for cannot be negative");
        int most = settings.maxConnections(target.transport());
        options.require(
                waitFor <= most,
                "--wait-for %d: no more than %d can listen (--max-connections)"
                        .formatted(waitFor, most));
        if (target.transport() == Transport.UNIX && listenerOptions.isAbstract()) {
            new GivenOptions(spec).refuse("is for socket files: not with --abstract", "--dir");
        }
    }
}
