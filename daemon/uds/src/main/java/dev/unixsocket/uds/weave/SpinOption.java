package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.uds.cli.DurationConverter;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.time.Duration;
import java.util.Optional;

/** {@code --spin}, of the daemon and of its client. */
public final class SpinOption {

    @Option(
            names = "--spin",
            paramLabel = "BUDGET",
            converter = DurationConverter.class,
            description =
                    "Before the kernel waits for a connection or for bytes, try again and again for"
                            + " that long, such as 50us. Quicker where daemon and client have a"
                            + " core each, slower where they share one. Default: do not")
    private Optional<Duration> budget;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Made by picocli. */
    public SpinOption() {}

    /** How calls wait. */
    Waiting waiting() {
        if (budget.isPresent() && budget.get().isZero()) {
            throw new ParameterException(spec.commandLine(), "--spin must be more than 0");
        }
        return budget.map(Waiting::spin).orElseGet(Waiting::block);
    }
}
