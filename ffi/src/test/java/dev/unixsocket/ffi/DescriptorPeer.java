package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program in another language that takes descriptors and gives some: {@code descriptors.c} says
 * what it does.
 */
enum DescriptorPeer {
    C {
        @Override
        List<String> command(Path folder) throws Exception {
            requireTool("cc", "to compile a program to exchange descriptors with");
            String source = copy(folder, "descriptors.c");
            String program = folder.resolve("descriptors").toString();
            ChildJvm.Ended cc =
                    ChildJvm.ended(
                            new ProcessBuilder(
                                    "cc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program,
                                    source));
            assertEquals(0, cc.status(), cc.output());
            return List.of(program);
        }
    },

    PYTHON {
        @Override
        List<String> command(Path folder) throws IOException {
            requireTool("python3", "to exchange descriptors with");
            return List.of("python3", copy(folder, "descriptors.py"));
        }
    };

    /** How it is started; the path of the socket that it is to connect to comes behind. */
    abstract List<String> command(Path folder) throws Exception;

    private static String copy(Path folder, String name) throws IOException {
        Path copy = folder.resolve(name);
        try (InputStream resource = DescriptorPeer.class.getResourceAsStream(name)) {
            Files.copy(resource, copy);
        }
        return copy.toString();
    }

    @Override
    public String toString() {
        return this == C ? "C" : "Python";
    }
}
