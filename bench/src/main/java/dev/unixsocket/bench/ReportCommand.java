package dev.unixsocket.bench;

import dev.unixsocket.bench.report.Report;
import dev.unixsocket.bench.results.ResultsFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code bench/run report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Write report.md and report.html again from a results.json, beside it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:written", "2:wrong command line", "3:the file cannot be read"})
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RESULTS", description = "The results.json of an earlier run.")
    private Path results;

    @Override
    public Integer call() throws IOException {
        Report.write(ResultsFile.read(results), results.toAbsolutePath().getParent());
        return 0;
    }
}
