package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.util.stream.Collectors.joining;

import dev.unixsocket.ffi.linux.Libc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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
    void theOlderWayToAskForTheStatusOfAFileGivesTheSame() throws Throwable {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = FileCalls.cString(link, arena);
            MemorySegment status = arena.allocate(Platform.CURRENT.statBytes(), Long.BYTES);
            MethodHandle stat = LinuxFunctions.versioned("__xstat", Libc.C_POINTER).link();
            assertEquals(0, (int) stat.invokeExact(path, status));
            assertEquals(FileCalls.stat(link).orElseThrow(), Platform.CURRENT.readStat(status));

            MethodHandle lstat = LinuxFunctions.versioned("__lxstat", Libc.C_POINTER).link();
            assertEquals(0, (int) lstat.invokeExact(path, status));
            assertEquals(FileCalls.lstat(link).orElseThrow(), Platform.CURRENT.readStat(status));

            MethodHandle fstat = LinuxFunctions.versioned("__fxstat", Libc.C_INT).link();
            int fd = Syscalls.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM, 0);
            try {
                assertEquals(0, (int) fstat.invokeExact(fd, status));
                assertEquals(FileCalls.fstat(fd, link), Platform.CURRENT.readStat(status));
            } finally {
                Syscalls.close(fd);
            }
        }
    }
}
