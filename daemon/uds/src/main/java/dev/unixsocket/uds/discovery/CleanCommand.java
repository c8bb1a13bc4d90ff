package dev.unixsocket.uds.discovery;

import dev.unixsocket.services.discovery.StaleSockets;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.uds.cli.Options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code uds clean}. */
@Command(
        name = "clean",
        description = {
            "Remove stale socket files (no process behind them) from a directory.",
            "",
            "If a socket has a lock file, its lock is taken first. A socket whose state is not"
                    + " known to be stale is never removed. Lock files and metadata (<name>.json)"
                    + " are kept."
        },
        exitCodeList = {
            "0:no socket that is known to be stale is left",
            "1:a stale socket could not be removed, or the directory could not be read",
            "2:wrong command line"
        })
public final class CleanCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The directory; those below it are not searched")
    private Path directory;

    @Option(names = "--dry-run", description = "Print what would be removed, and remove nothing.")
    private boolean dryRun;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    private int status;

    /** Made by picocli. */
    public CleanCommand() {}

    @Override
    public Integer call() throws IOException {
        StaleSockets.Action action =
                dryRun ? StaleSockets.Action.REPORT : StaleSockets.Action.REMOVE;
        for (StaleSockets.Verdict verdict :
                StaleSockets.clean(directory, action, this::cannotRead)) {
            String path = Escaped.of(verdict.path());
            switch (verdict.outcome()) {
                case REMOVED -> spec.commandLine().getOut().println("removed " + path);
                case WOULD_BE_REMOVED ->
                        spec.commandLine().getOut().println("would remove " + path);
                case LEFT -> {
                    warn("left " + path, verdict.reason());
                    status = 1;
                }
                case NOT_JUDGED -> warn("cannot judge " + path, verdict.reason());
            }
        }
        return status;
    }

    private void cannotRead(IOException failure) {
        String text = Escaped.of(FailureText.of(failure));
        spec.commandLine().getErr().println("cannot read " + text);
        status = 1;
    }

    private void warn(String what, String reason) {
        spec.commandLine().getErr().println(what + ": " + Escaped.of(reason));
    }
}
