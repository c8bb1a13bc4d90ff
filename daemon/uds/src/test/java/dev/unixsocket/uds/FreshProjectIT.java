package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Maven project that has nothing but {@code unixsocket-services} as its dependency compiles and
 * runs the Java examples of docs/MESSAGING.md. What it depends on comes from this build by a local
 * repository of its own; the user's is only read.
 */
class FreshProjectIT {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final Pattern CLASS = Pattern.compile("\nclass (\\w+)");

    @TempDir Path directory;

    /** What the examples print, by the names of their classes. */
    private final Map<String, String> expected = new LinkedHashMap<>();

    @Test
    void theExamplesNeedTheOneArtifactAndTheTwoFlags() throws IOException {
        RequiredTools.requireTool("mvn", "to build a project");
        writeSources();
        assertTrue(expected.size() >= 2, expected::toString);
        try {
            build();
        } finally {
            unlink();
        }
        List<String> jars = names(directory.resolve("target/dependency"));
        assertEquals(
                List.of("jackson-core", "msgpack-core", "unixsocket-ffi", "unixsocket-services"),
                jars.stream().map(name -> name.replaceFirst("-\\d.*", "")).sorted().toList());
        expected.forEach(this::run);
    }

    private void writeSources() throws IOException {
        Path sources = Files.createDirectories(directory.resolve("src/main/java"));
        String page = Files.readString(ROOT.resolve("docs/MESSAGING.md"));
        for (MatchResult example : ExamplesIT.EXAMPLE.matcher(page).results().toList()) {
            if (example.group(1).equals("java")) {
                String name = find(CLASS, example.group(2));
                Files.writeString(sources.resolve(name + ".java"), example.group(2));
                expected.put(name, example.group(3));
            }
        }
        Matcher dependency =
                Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL).matcher(page);
        assertTrue(dependency.find(), "the page names no artifact");
        Files.writeString(
                directory.resolve("pom.xml"),
                """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>fresh</groupId>
                  <artifactId>fresh</artifactId>
                  <version>1</version>
                  <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>%s</dependencies>
                </project>
                """
                        .formatted(dependency.group()));
    }

    private void build() throws IOException {
        Program.Builder maven =
                Program.tool(
                                "mvn",
                                "--offline",
                                "--batch-mode",
                                "--quiet",
                                "--file",
                                directory.resolve("pom.xml").toString(),
                                "-Dmaven.repo.local=" + repository(),
                                plugin("compiler") + ":compile",
                                plugin("dependency") + ":copy-dependencies")
                        .environment("JAVA_HOME", JAVA_HOME);
        try (Program program = maven.run()) {
            assertEquals(0, program.awaitExit(), () -> program.stdout() + program.stderr());
        }
    }

    /** The version that this build uses is at hand. */
    private static String plugin(String name) throws IOException {
        Pattern version = Pattern.compile("<version\\." + name + "-plugin>(.*?)<");
        String found = find(version, Files.readString(ROOT.resolve("pom.xml")));
        return "org.apache.maven.plugins:maven-" + name + "-plugin:" + found;
    }

    /** What this build made, and links to what the user's repository has besides. */
    private Path repository() throws IOException {
        Path repository = Files.createDirectory(directory.resolve("repository"));
        Path usual = Path.of(System.getProperty("user.home"), ".m2", "repository");
        Path users = Path.of(System.getProperty("localRepository", usual.toString()));
        link(users, repository, "dev");
        Path dev = Files.createDirectory(repository.resolve("dev"));
        link(users.resolve("dev"), dev, "unixsocket");
        Path ours = Files.createDirectory(dev.resolve("unixsocket"));
        publish(ours, "panama-unixsocket", ROOT);
        publish(ours, "unixsocket-ffi", ROOT.resolve("ffi"));
        publish(ours, "unixsocket-services", ROOT.resolve("daemon/services"));
        return repository;
    }

    private void unlink() throws IOException {
        Path repository = directory.resolve("repository");
        for (Path folder : List.of(repository, repository.resolve("dev"))) {
            for (String name : names(folder)) {
                if (Files.isSymbolicLink(folder.resolve(name))) {
                    Files.delete(folder.resolve(name));
                }
            }
        }
    }

    private static void link(Path from, Path into, String butNot) throws IOException {
        if (Files.isDirectory(from)) {
            for (String name : names(from)) {
                if (!name.equals(butNot)) {
                    Files.createSymbolicLink(into.resolve(name), from.resolve(name));
                }
            }
        }
    }

    private static void publish(Path group, String artifact, Path module) throws IOException {
        String version = "0.1.0";
        Path folder = Files.createDirectories(group.resolve(artifact).resolve(version));
        String name = artifact + "-" + version;
        Files.copy(module.resolve("pom.xml"), folder.resolve(name + ".pom"));
        Path jar = module.resolve("target").resolve(name + ".jar");
        if (Files.exists(jar)) {
            Files.copy(jar, folder.resolve(name + ".jar"));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), () -> pattern + " is not in " + text);
        return matcher.group(1);
    }

    private void run(String name, String output) {
        Program.Builder java =
                Program.tool(
                                "env",
                                Path.of(JAVA_HOME, "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--class-path",
                                directory.resolve("target/classes")
                                        + File.pathSeparator
                                        + directory.resolve("target/dependency/*"),
                                name)
                        .under("env", "--chdir=" + directory);
        try (Program program = java.run()) {
            assertEquals(output, program.stdout(), program::stderr);
            assertFalse(program.stderr().contains("WARNING"), program::stderr);
            assertEquals(0, program.awaitExit());
        }
    }
}
