package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;

/** Runs what docs/OBSERVATORY.md shows, as it is written there. */
class ObserveRecipesIT {

    private static final Path PAGE =
            Path.of(System.getProperty("basedir", ".")).resolve("../../docs/OBSERVATORY.md");

    @TempDir Path folder;

    @Test
    void theRecipesRunAsWritten() throws IOException {
        for (String tool : List.of("curl", "nc", "socat", "jq", "rotatelogs", "logrotate")) {
            requireTool(tool, "to run the recipes");
        }
        Program recipes = run(blocks("## Recipes", "sh"));
        String output = recipes.stdout() + recipes.stderr();
        assertEquals(0, recipes.awaitExit(), output);
        assertTrue(output.contains("{\"status\": \"ok\"}"), output);
        assertTrue(output.contains("\"_event\":\"PreToolUse\"}"), output);
        assertTrue(output.contains("\nBash\n"), output);
        assertTrue(output.contains("\tByHand\n"), output);
        assertTrue(output.contains("\"rotate\":1}"), output);
        assertTrue(output.contains("\"kept\":1}"), output);
        assertTrue(Files.notExists(folder.resolve("in.sock")), "the service is left running");
    }

    @Test
    void theDemonstrationShowsWhatThePageSays() throws IOException {
        for (String tool : List.of("curl", "socat", "jq", "setpriv")) {
            requireTool(tool, "to run the demonstration");
        }
        requireRoot("to send an event as another user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Program demonstration = run(blocks("## Security", "sh"));
        assertEquals(
                blocks("## Security", "").trim(),
                demonstration.stdout().trim(),
                demonstration::stderr);
    }

    private Program run(String script) {
        // What holds the output open must end with the script, or nobody sees the end of it.
        String atExit = "trap 'jobs -p >jobs; kill $(cat jobs) || true' EXIT\n";
        String whole = "cd '" + folder + "'\n" + atExit + script;
        return Program.tool("sh", "-ec", whole)
                .environment("PATH", Program.dist().resolve("bin") + ":" + System.getenv("PATH"))
                .run();
    }

    /** All blocks of a language below a heading, up to the next one. */
    private static String blocks(String heading, String language) throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf("\n" + heading + "\n");
        int next = page.indexOf("\n## ", from + 1);
        String part = page.substring(from, next < 0 ? page.length() : next);
        StringBuilder blocks = new StringBuilder();
        Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(part)
                .results()
                .filter(block -> block.group(1).equals(language))
                .forEach(block -> blocks.append(block.group(2)));
        return blocks.toString();
    }
}
