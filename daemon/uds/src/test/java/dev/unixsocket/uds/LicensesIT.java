package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The licenses of all that the distribution bundles are in it. */
class LicensesIT {

    private static final Path LICENSES = Program.dist().resolve("licenses");
    private static final Path MODULES = Program.dist().resolveSibling("modules");

    /**
     * A library of the list.
     *
     * @param name the jar's, without the version; it may end in a star
     * @param more where its license is, beside that of Apache-2.0
     */
    private record Row(String name, String license, List<String> more) {

        static Row of(String line) {
            String[] columns = line.split(" +");
            return new Row(columns[0], columns[1], List.of(columns).subList(3, columns.length));
        }

        boolean covers(String jar) {
            return name.endsWith("*")
                    ? jar.startsWith(name.substring(0, name.length() - 1))
                    : jar.matches(name + "-[0-9].*");
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(LICENSES.resolve("README")).stream()
                .filter(line -> line.contains(" https://"))
                .map(Row::of)
                .toList();
    }

    @Test
    void eachLibraryIsInTheList() throws IOException {
        List<Row> rows = rows();
        try (Stream<Path> jars = Files.list(MODULES)) {
            List<String> unknown =
                    jars.map(jar -> jar.getFileName().toString())
                            .filter(jar -> !jar.startsWith("unixsocket-"))
                            .filter(jar -> rows.stream().noneMatch(row -> row.covers(jar)))
                            .toList();
            assertEquals(List.of(), unknown);
        }
    }

    @Test
    void eachLicenseIsThere() throws IOException {
        assertTrue(Files.readString(LICENSES.resolve("LICENSE")).contains("Apache License"));
        assertTrue(Files.exists(LICENSES.resolve("NOTICE")));
        for (Row row : rows()) {
            assertTrue(row.license().equals("Apache-2.0") || !row.more().isEmpty(), row.name());
            for (String file : row.more()) {
                assertTrue(Files.exists(LICENSES.resolve(file)), file);
            }
        }
        assertTrue(Files.isDirectory(Program.dist().resolve("runtime/legal/java.base")));
    }

    @Test
    void theJarsOfThisProjectHaveLicenseAndNotice() throws IOException {
        try (Stream<Path> jars = Files.list(MODULES)) {
            for (Path jar : jars.filter(LicensesIT::isOurs).toList()) {
                try (JarFile file = new JarFile(jar.toFile())) {
                    assertTrue(file.getEntry("META-INF/LICENSE") != null, jar.toString());
                    assertTrue(file.getEntry("META-INF/NOTICE") != null, jar.toString());
                }
            }
        }
    }

    private static boolean isOurs(Path jar) {
        return jar.getFileName().toString().startsWith("unixsocket-");
    }
}
