package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Each program of {@code docs/RECIPES.md} prints what the page says. */
class RecipesIT {

    private static final Path PAGE = Path.of("..", "..", "docs", "RECIPES.md");

    private static final Pattern RECIPE =
            Pattern.compile("```java\n((?:(?!```).)*)```\n\n```text\n(.*?)```", Pattern.DOTALL);

    private static final Pattern CLASS = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);

    @TempDir Path folder;

    @Test
    void ofPostgreSql() throws Exception {
        try (Postgres server = Postgres.start(folder)) {
            run("/run/postgresql/.s.PGSQL.5432", server.socket(), 2);
        }
    }

    @Test
    void ofMariaDb() throws Exception {
        try (MariaDb server = MariaDb.start(folder)) {
            run("/run/mysqld/mysqld.sock", server.socket(), 2);
        }
    }

    @Test
    void ofRedis() throws Exception {
        try (Redis server = Redis.start(folder)) {
            run("/run/redis/redis.sock", server.socket(), 1);
        }
    }

    @Test
    void ofHttp() throws Exception {
        try (Observe server = Observe.start(folder)) {
            run("/tmp/claude-observatory.sock", server.socket(), 2);
        }
    }

    /** The versions in the page's table are those that were tried. */
    @Test
    void theVersionsAreThoseOfTheBuild() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> versions =
                Pattern.compile("<version\\.([\\w-]+)>(.*)</version\\.\\1>")
                        .matcher(Files.readString(Path.of("..", "..", "pom.xml")))
                        .results()
                        .collect(Collectors.toMap(one -> one.group(1), one -> one.group(2)));
        String driver = "| %s |";
        String both = "| %s, %s |".formatted(versions.get("postgresql"), versions.get("hikaricp"));
        assertTrue(page.contains(both), both);
        for (String name : List.of("mariadb-java-client", "jedis", "okhttp", "httpclient")) {
            assertTrue(page.contains(driver.formatted(versions.get(name))), name);
        }
        assertTrue(page.contains("| " + versions.get("mysql-connector-j") + ", to MariaDB |"));
    }

    /** Runs the programs that connect to that path, with another in its place. */
    private void run(String path, Path socket, int expected) throws Exception {
        List<MatchResult> recipes =
                RECIPE.matcher(Files.readString(PAGE))
                        .results()
                        .filter(recipe -> recipe.group(1).contains(path + "\""))
                        .toList();
        assertEquals(expected, recipes.size(), "recipes with " + path);
        String classPath = classPath();
        Path classes = Files.createDirectory(folder.resolve("classes"));
        for (MatchResult recipe : recipes) {
            String source = recipe.group(1).replace(path, socket.toString());
            String name = compile(source, classes, classPath);
            try (Program program =
                    Program.tool(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "-cp",
                                    classes + File.pathSeparator + classPath,
                                    "--enable-native-access=ALL-UNNAMED",
                                    name)
                            .run()) {
                assertEquals(recipe.group(2), program.stdout(), program::stderr);
                assertEquals(0, program.awaitExit(), program::stderr);
                assertFalse(program.stderr().contains("WARNING"), program::stderr);
            }
        }
    }

    private String compile(String source, Path classes, String classPath) throws IOException {
        Matcher name = CLASS.matcher(source);
        assertTrue(name.find(), source);
        Path file = Files.writeString(folder.resolve(name.group(1) + ".java"), source);
        List<String> options = new ArrayList<>(List.of("-cp", classPath, "-proc:none"));
        options.addAll(List.of("-d", classes.toString(), file.toString()));
        String[] arguments = options.toArray(String[]::new);
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        int result = compiler.run(System.out, System.err, arguments);
        assertEquals(0, result, "the compiler refuses " + name.group(1));
        return name.group(1);
    }

    /** What this test has: the drivers on its class path, the library on its module path. */
    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
