package dev.unixsocket.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A distribution of the program, as {@code daemon/run} builds it: {@code bin/weave-compute}, {@code
 * bin/uds}, {@code lib} with the class caches, and {@code runtime}.
 *
 * @param folder where it is
 */
public record Distribution(Path folder) {

    /** The one that the build makes. */
    public static Distribution ofTheBuild() {
        return new Distribution(
                Path.of(System.getProperty("bench.distribution", "daemon/target/dist")));
    }

    /** What to say where {@link #exists} is false. */
    String absence() {
        return "there is no distribution in " + folder + "; daemon/run --version makes one";
    }

    /** Whether there is one in that folder. */
    public boolean exists() {
        return Files.isExecutable(daemon()) && Files.isExecutable(program());
    }

    Path daemon() {
        return folder.resolve("bin/weave-compute");
    }

    Path program() {
        return folder.resolve("bin/uds");
    }

    /** All its files, in bytes. */
    long bytes() throws IOException {
        return bytes(false);
    }

    /** All its files but the class caches, in bytes. */
    long bytesWithoutCaches() throws IOException {
        return bytes(true);
    }

    private long bytes(boolean leaveOutCaches) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && !(leaveOutCaches && isCache(file))) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }

    private static boolean isCache(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".aot") || name.endsWith(".jsa");
    }

    /**
     * The same distribution without its class caches: a copy of its launcher, and links to the
     * rest.
     *
     * @param to a folder that does not exist yet
     */
    Distribution withoutCaches(Path to) throws IOException {
        Files.createDirectories(to.resolve("bin"));
        Files.createDirectory(to.resolve("lib"));
        // The launcher goes by its own name, and follows links to find what is beside it.
        for (Path launcher : List.of(daemon(), program())) {
            Files.copy(launcher.toRealPath(), to.resolve("bin").resolve(launcher.getFileName()));
        }
        link(folder, to, "runtime");
        if (Files.isDirectory(folder.resolve("lib"))) {
            try (Stream<Path> files = Files.list(folder.resolve("lib"))) {
                for (Path file : files.filter(file -> !isCache(file)).toList()) {
                    link(folder.resolve("lib"), to.resolve("lib"), file.getFileName().toString());
                }
            }
        }
        return new Distribution(to);
    }

    private static void link(Path from, Path to, String name) throws IOException {
        Path target = from.resolve(name).toAbsolutePath();
        if (Files.exists(target)) {
            Files.createSymbolicLink(to.resolve(name), target);
        }
    }
}
