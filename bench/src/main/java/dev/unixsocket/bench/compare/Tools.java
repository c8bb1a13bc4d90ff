package dev.unixsocket.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Commands of the system that the harness uses. */
final class Tools {

    private Tools() {}

    static boolean isInstalled(String name) {
        return find(name).isPresent();
    }

    /** The first file of that name on the {@code PATH} that can be executed. */
    static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a command to its end.
     *
     * @return what it printed
     * @throws IOException if its exit status is not 0; with what it printed
     */
    static String run(List<String> command) throws IOException {
        return run(new ProcessBuilder(command));
    }

    /** As {@link #run(List)}, for a command that is prepared further. */
    static String run(ProcessBuilder builder) throws IOException {
        Process process =
                builder.redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = exitStatus(process);
        if (status != 0) {
            throw new IOException(
                    String.join(" ", builder.command())
                            + " ended with status "
                            + status
                            + ": "
                            + output.strip());
        }
        return output;
    }

    private static int exitStatus(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
