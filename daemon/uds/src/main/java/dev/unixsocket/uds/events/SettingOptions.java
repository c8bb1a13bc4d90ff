package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventSettings;
import dev.unixsocket.services.events.Setting;
import dev.unixsocket.services.events.Transport;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.util.Optional;

/** The options of a server that stand above its settings. */
final class SettingOptions {

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--slow",
            paramLabel = "POLICY",
            description =
                    "What happens when the queue of a client is full: drop-oldest, drop-newest"
                            + " or disconnect. Default: drop-oldest")
    private Optional<String> slow;

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "Messages that may wait for one client. Default: 1024")
    private Optional<Integer> queue;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Clients that may listen at once. Default: 10")
    private Optional<Integer> maxConnections;

    @Option(names = "--no-client-send", description = "Take no messages from clients.")
    private boolean noClientSend;

    SettingOptions() {}

    /**
     * The settings, with the options in them.
     *
     * @throws ParameterException if the value of an option is none
     */
    EventSettings over(EventSettings settings, Transport transport) {
        Setting most =
                transport == Transport.TCP
                        ? Setting.TCP_MAX_CONNECTIONS
                        : Setting.UNIX_MAX_CONNECTIONS;
        EventSettings changed = with(settings, "--slow", Setting.SLOW_SUBSCRIBER, slow);
        changed = with(changed, "--queue", Setting.CLIENT_QUEUE_SIZE, queue);
        changed = with(changed, "--max-connections", most, maxConnections);
        Optional<Boolean> send = noClientSend ? Optional.of(false) : Optional.empty();
        return with(changed, "--no-client-send", Setting.ALLOW_CLIENT_SEND, send);
    }

    private EventSettings with(
            EventSettings settings, String option, Setting setting, Optional<?> value) {
        if (value.isEmpty()) {
            return settings;
        }
        try {
            return settings.with(setting.key(), value.get().toString());
        } catch (EventException.ValidationFailed e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }
}
