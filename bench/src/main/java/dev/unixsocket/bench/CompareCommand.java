package dev.unixsocket.bench;

import dev.unixsocket.bench.report.Changes;
import dev.unixsocket.bench.results.ResultsFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code bench/run compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Say what changed from one results.json to another.",
            "",
            "Ratios to the base are compared, since they stand for themselves on a machine whose"
                    + " speed varies. A ratio has changed when the two intervals do not overlap."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:compared", "2:wrong command line", "3:a file cannot be read"})
final class CompareCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "OLD", description = "The results.json before.")
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "The results.json after.")
    private Path now;

    @Override
    public Integer call() throws IOException {
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        terminal.print(Changes.between(ResultsFile.read(old), ResultsFile.read(now)));
        return 0;
    }
}
