package dev.unixsocket.bench;

import dev.unixsocket.bench.report.Documents;
import dev.unixsocket.bench.report.Report;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.ResultsFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code bench/run report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Write report.md, report.html and the pictures again from a results.json, beside it,"
                    + " and print its summary.",
            "",
            "With --into, put its figures into a Markdown document as well, between <!-- bench:WHAT"
                + " --> and <!-- bench:end -->, where WHAT is run, required, claims, start,"
                + " messages PLACEMENT, connections FIGURE, one-busy, rates, or cells or cost with"
                + " BENCHMARK BYTES PLACEMENT [CONNECTIONS]. A block that the results have no"
                + " figures for stays as it is. With --pictures, write the pictures to another"
                + " folder too."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:written", "2:wrong command line", "3:the file cannot be read"})
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RESULTS", description = "The results.json of an earlier run.")
    private Path results;

    @Option(
            names = "--into",
            paramLabel = "DOCUMENT",
            description = "A document to refresh; can be repeated.")
    private List<Path> documents = List.of();

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description =
                    "A folder for latency.svg, latency-two-cores.svg, connections.svg,"
                            + " rates.svg and cost.svg, those that there are figures for.")
    private Optional<Path> pictures = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Results read = ResultsFile.read(results);
        Report.write(read, results.toAbsolutePath().getParent());
        for (Path document : documents) {
            Documents.refresh(document, read);
        }
        if (pictures.isPresent()) {
            Report.pictures(read, pictures.get());
        }
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        terminal.print(Report.summary(read));
        return 0;
    }
}
