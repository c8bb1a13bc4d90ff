package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What GraalVM's native-image has to know of the calls is what the linker is asked for. With {@code
 * -Dreachability.update} the file is written.
 */
class ReachabilityMetadataTest {

    private static final Path FILE =
            Path.of(
                    "src/main/resources/META-INF/native-image/dev.unixsocket/unixsocket-ffi",
                    "reachability-metadata.json");

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path SYMBOLS = Path.of("..", "native-headers");

    private static final String CAPTURE = "\"captureCallState\": true";
    private static final String CRITICAL = CAPTURE + ", \"critical\": {\"allowHeapAccess\": false}";

    /** A function's types and the options of the linker. */
    private record Downcall(FunctionDescriptor types, String options) {

        @Override
        public String toString() {
            return """
            {
              "returnType": "%s",
              "parameterTypes": [%s],
              "options": {%s}
            }\
            """
                    .stripIndent()
                    .indent(6)
                    .stripTrailing()
                    .formatted(
                            name(types.returnLayout().orElseThrow()),
                            types.argumentLayouts().stream()
                                    .map(layout -> '"' + name(layout) + '"')
                                    .collect(Collectors.joining(", ")),
                            options);
        }

        private static String name(MemoryLayout layout) {
            return layout.equals(ValueLayout.JAVA_LONG) ? "jlong" : "void*";
        }
    }

    /** In the order of {@link CFunction}. */
    private static final List<Downcall> DOWNCALLS =
            List.of(
                    new Downcall(CFunction.TYPES, CAPTURE),
                    new Downcall(CFunction.TYPES, CRITICAL),
                    new Downcall(CFunction.KEEPING, CAPTURE),
                    new Downcall(CFunction.KEEPING, CRITICAL),
                    new Downcall(CFunction.TYPES, CAPTURE + ", \"firstVariadicArg\": 2"));

    @Test
    void theFileIsThatOfTheseCalls() throws IOException {
        String wanted =
                """
                {
                  "comment": [
                    "Made by ReachabilityMetadataTest. Not run with native-image yet.",
                    "All functions are called with the same types, see CFunction.",
                    "Linux: %s",
                    "macOS: %s"
                  ],
                  "foreign": {
                    "downcalls": [
                %s
                    ]
                  }
                }
                """
                        .formatted(
                                functions("linux"),
                                functions("macos"),
                                DOWNCALLS.stream()
                                        .map(Downcall::toString)
                                        .collect(Collectors.joining(",\n")));
        if (System.getProperty("reachability.update") != null) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, wanted);
        }
        assertEquals(wanted, Files.readString(FILE));
    }

    /** The functions of the list of symbols. */
    private static String functions(String system) throws IOException {
        return Pattern.compile("(?m)^--include-function (\\w+)$")
                .matcher(Files.readString(SYMBOLS.resolve(system).resolve("symbols.txt")))
                .results()
                .map(symbol -> symbol.group(1))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** The linker is asked in one place, as often as there are entries. */
    @Test
    void thereAreNoOtherCalls() throws IOException {
        try (Stream<Path> sources = Files.walk(MAIN)) {
            List<String> that =
                    sources.filter(Files::isRegularFile)
                            .filter(
                                    file ->
                                            read(file)
                                                    .matches(
                                                            "(?s).*(downcallHandle|upcallStub)\\(.*"))
                            .map(file -> file.getFileName().toString())
                            .toList();
            assertEquals(List.of("CFunction.java"), that);
        }
        String source = read(MAIN.resolve("dev/unixsocket/ffi/CFunction.java"));
        assertEquals(DOWNCALLS.size(), source.split("MethodHandle \\w+ = link\\(", -1).length - 1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
