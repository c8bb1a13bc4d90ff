package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** What {@code deploy} says of a wrong command line, and where nothing is installed. */
class DeployCommandIT {

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nope     | 2 | there is no command 'nope'; see deploy --help",
                "rollback | 1 | there is no previous version in %s",
                "prune    | 1 | nothing is installed in %s",
                "units    | 1 | nothing is installed in %s: run deploy install first"
            })
    void saysWhatIsWrong(String command, int status, String reason) {
        Program deploy = Program.dist("deploy", command, folder.toString()).run();
        assertEquals(status, deploy.awaitExit(), deploy::stderr);
        assertEquals("deploy: " + reason.formatted(folder) + "\n", deploy.stderr());
    }
}
