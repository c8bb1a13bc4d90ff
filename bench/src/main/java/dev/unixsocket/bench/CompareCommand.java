package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Change;
import dev.unixsocket.bench.report.Changes;
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
import java.util.concurrent.Callable;

/** {@code bench/run compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Say what changed from one results.json to another.",
            "",
            "Ratios to the base are compared, since they stand for themselves on a machine whose"
                    + " speed varies. Peer and base of a round are a pair and their ratio is one"
                    + " observation. A ratio has changed when a rank-sum test tells the rounds of"
                    + " both files apart (5 %% for all ratios together, by Holm) and the medians"
                    + " differ by more than 3 %% and by more than the noise of both runs."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:compared",
            "1:with --check, something is worse",
            "2:wrong command line",
            "3:a file cannot be read",
            "4:with --check, the files have no ratio in common that is not marked"
        })
final class CompareCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "OLD", description = "The results.json before.")
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "The results.json after.")
    private Path now;

    @Option(names = "--check", description = "Say by the exit status whether something is worse.")
    private boolean check;

    @Override
    public Integer call() throws IOException {
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Results before = ResultsFile.read(old);
        Results after = ResultsFile.read(now);
        List<Change> changes = Change.between(before, after);
        terminal.print(Changes.between(before, after, changes));
        return check ? status(changes) : 0;
    }

    private static int status(List<Change> changes) {
        if (changes.stream().anyMatch(change -> change.kind() == Change.Kind.REGRESSION)) {
            return Bench.MISSED;
        }
        return changes.stream().allMatch(change -> change.kind() == Change.Kind.MARKED)
                ? Bench.UNDECIDED
                : 0;
    }
}
