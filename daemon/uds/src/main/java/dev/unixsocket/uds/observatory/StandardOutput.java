package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.connections.Delivery;
import dev.unixsocket.services.connections.OutputWriter;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.EventOutput;
import dev.unixsocket.uds.cli.StandardStreams;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Standard output, which the {@link OutputWriter} of this program writes. Thread-safe. */
final class StandardOutput implements EventOutput {

    private static final int FD = 1;

    private final OutputWriter writer = StandardStreams.output();
    private final EventFormat format;
    private final Duration limit;

    /**
     * Standard output.
     *
     * @param limit how long an event may wait until it is written
     */
    StandardOutput(EventFormat format, Duration limit) {
        this.format = format;
        this.limit = limit;
    }

    /** In colours if it is a terminal and {@code NO_COLOR} is not set. */
    static PrettyFormat.Colours colours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && Syscalls.isatty(FD) == 1
                ? PrettyFormat.Colours.ANSI
                : PrettyFormat.Colours.NONE;
    }

    @Override
    public EventFormat format() {
        return format;
    }

    @Override
    public void write(byte[] event, Consumer<Delivery> then) {
        writer.send(event, limit, then);
    }

    @Override
    public void onGone(Runnable action) {
        writer.onGone(action);
    }

    @Override
    public String failure() {
        return "cannot be written (%s)"
                .formatted(writer.failure().map(e -> e.errno().toString()).orElse("unknown"));
    }

    @Override
    public void abandon() {
        writer.abandon();
    }
}
