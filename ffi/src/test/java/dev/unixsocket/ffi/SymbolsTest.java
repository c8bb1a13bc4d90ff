package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.util.stream.Collectors.joining;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the functions that are called come from. */
@EnabledOnOs(OS.LINUX)
class SymbolsTest {

    private static final Path SYMBOLS =
            Path.of(System.getProperty("basedir", "."))
                    .toAbsolutePath()
                    .resolve("../native-headers/linux/symbols.txt");

    @TempDir Path folder;

    private static List<String> functions() throws Exception {
        String start = "--include-function ";
        try (Stream<String> lines = Files.lines(SYMBOLS)) {
            return lines.filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .toList();
        }
    }

    @Test
    void everyFunctionOfTheBindingsIsFoundInTheCLibrary() throws Exception {
        for (String name : functions()) {
            assertEquals(
                    Linker.nativeLinker().defaultLookup().findOrThrow(name).address(),
                    Platform.CURRENT.function(name).address().address(),
                    name);
        }
    }

    /** Every function there ends the process at once. */
    @Test
    void aLibraryOfTheProgramWithFunctionsOfTheSameNamesIsNotCalled() throws Exception {
        requireTool(
                "gcc", "to compile a library whose functions have the names of the C library's");
        Path source =
                Files.writeString(
                        folder.resolve("same-names.c"),
                        functions().stream()
                                .map("long %s() { __builtin_trap(); }\n"::formatted)
                                .collect(joining()));
        Path library = folder.resolve("libsame-names.so");
        ChildJvm.Ended compiled =
                ChildJvm.ended(
                        new ProcessBuilder(
                                "gcc",
                                "-w",
                                "-fno-builtin",
                                "-shared",
                                "-fPIC",
                                "-o",
                                library.toString(),
                                source.toString()));
        assertEquals("", compiled.output());

        ChildJvm.Ended child =
                ChildJvm.run(List.of(), "load", library.toString(), folder.resolve("s").toString());
        assertEquals("hello\ntrue\n", child.output());
    }

    @Test
    void aFunctionThatTheCLibraryLacksIsNamed() {
        UnsatisfiedLinkError error =
                assertThrows(
                        UnsatisfiedLinkError.class,
                        () ->
                                NativeFunction.address(
                                        NativeFunction.C_LIBRARY, "function_of_next_year"));
        assertEquals(
                "the C library of this system has no function function_of_next_year: use one that"
                        + " has it, such as glibc 2.27 or later",
                error.getMessage());
    }

    /** As a glibc before 2.33 has them; younger ones keep them for old programs. */
    @Test
    void theOlderWayToAskForTheStatusOfAFileGivesTheSame() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = FileCalls.cString(link, arena);
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            CFunction stat = new CFunction(LinuxFunctions.versioned("__xstat"));
            assertEquals(0, stat.call(path, path.address(), status.address()));
            assertEquals(FileCalls.stat(link).orElseThrow(), Platform.CURRENT.readStat(status));

            CFunction lstat = new CFunction(LinuxFunctions.versioned("__lxstat"));
            assertEquals(0, lstat.call(path, path.address(), status.address()));
            assertEquals(FileCalls.lstat(link).orElseThrow(), Platform.CURRENT.readStat(status));

            CFunction fstat = new CFunction(LinuxFunctions.versioned("__fxstat"));
            int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
            try {
                assertEquals(0, fstat.call(status, fd, status.address()));
                assertEquals(FileCalls.fstat(fd, link), Platform.CURRENT.readStat(status));
            } finally {
                Syscalls.close(fd);
            }
        }
    }
}
