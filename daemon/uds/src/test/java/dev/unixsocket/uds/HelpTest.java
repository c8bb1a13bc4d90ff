package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code uds help}. */
class HelpTest {

    private static Spoken uds(int status, String line) {
        Spoken spoken = Spoken.uds(line.split(" "));
        assertEquals(status, spoken.status(), spoken::stderr);
        return spoken;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "watch", "weave", "weave send", "events serve", "help"})
    void helpForACommandIsThatCommandsHelp(String command) {
        assertEquals(uds(0, command + " --help").stdout(), uds(0, "help " + command).stdout());
    }

    @Test
    void helpAloneIsThatOfTheProgram() {
        String help = uds(0, "help").stdout();
        assertEquals(uds(0, "--help").stdout(), help);
        Uds.COMMANDS.keySet().forEach(name -> assertTrue(help.contains("\n  " + name), help));
    }

    @ParameterizedTest
    @ValueSource(strings = {"weave serve", "ipc serve"})
    void helpSaysWhichModeASocketHas(String command) {
        String words = uds(0, "help " + command).stdout().replaceAll("\\s+", " ");
        assertTrue(words.contains(" Default: 0600, with --group 0660"), words);
    }

    @Test
    void onlyServingTakesAFreePort() {
        String words = uds(0, "help ipc serve").stdout().replaceAll("\\s+", " ");
        assertTrue(words.contains("--port 0 takes a free port"), words);
        String send = uds(0, "help ipc send").stdout();
        assertFalse(send.contains("free"), send);
    }

    @ParameterizedTest
    @ValueSource(strings = {"weave serve", "ipc serve", "events serve", "observe", "register"})
    void aServiceSaysWhatEachSignalDoes(String command) {
        String words = uds(0, "help " + command).stdout().replaceAll("\\s+", " ");
        assertTrue(words.matches(".*(On SIGTERM and SIGINT|SIGTERM and SIGINT stop) .*"), words);
        assertTrue(words.contains("On SIGHUP there is nothing to reload"), words);
        assertTrue(words.contains("On SIGUSR1 it creates its socket file"), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"events listen", "watch"})
    void whatRunsUntilASignalNamesAllThatEndIt(String command) {
        String words = uds(0, "help " + command).stdout().replaceAll("\\s+", " ");
        assertTrue(words.contains("SIGTERM, SIGINT and SIGHUP"), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "weave", "events"})
    void whatIsNoCommandIsSaidAsByHelp(String before) {
        String asked = uds(2, ("help " + before + " nope").replace("  ", " ")).stderr();
        assertEquals(asked, uds(2, (before + " nope").strip()).stderr());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "export --format=x . | Invalid value for option '--format': 'x' is not prometheus"
                        + " or json",
                "ping / | cannot tell which service listens at /: give --service",
                "events listen a --type=x | 'x' is not data, error or control",
                "events serve a --transport=x | 'x' is not unix or tcp",
                "observe --pretty-json --pretty-yaml | give --pretty-json or --pretty-yaml, one of"
                        + " them",
                "weave send --prompt= | invalid prompt: the prompt has 0 bytes, not from 1 to 256"
            })
    void whatIsWrongIsSaidInTheWordsThatUsersType(String line, String reason) {
        Spoken program = uds(2, line);
        assertTrue(program.stderr().contains(reason + "\n"), program::stderr);
    }

    @ParameterizedTest
    @ValueSource(strings = {"help nope", "help weave nope", "help ls nope"})
    void helpForWhatIsNoCommandSaysSo(String line) {
        Spoken program = uds(2, line);
        assertTrue(program.stderr().contains(": there is no command 'nope'\n"), program::stderr);
    }
}
