package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/** Where the functions of Linux's C library are. */
final class LinuxFunctions {

    /** {@code _STAT_VER} of {@code bits/stat.h}. */
    private static final int STAT_VERSION = LinuxPlatform.AARCH64 ? 0 : 1;

    private LinuxFunctions() {}

    /** See {@link Platform#function}. */
    static NativeFunction of(String name) {
        Optional<MemorySegment> address = NativeFunction.C_LIBRARY.find(name);
        return address.isPresent() ? new NativeFunction(address.get()) : ofOldLibrary(name);
    }

    private static NativeFunction ofOldLibrary(String name) {
        return switch (name) {
            case "stat" -> versioned("__xstat");
            case "lstat" -> versioned("__lxstat");
            case "fstat" -> versioned("__fxstat");
            case "pthread_kill" -> new NativeFunction(ofThreads(name));
            default -> throw NativeFunction.missing(name);
        };
    }

    /**
     * What stat(2) and its like are in a glibc before 2.33: inline functions in the header, which
     * call this one with the version of the structure.
     */
    static NativeFunction versioned(String symbol) {
        MemorySegment address = NativeFunction.address(NativeFunction.C_LIBRARY, symbol);
        return new NativeFunction(address, STAT_VERSION);
    }

    /** Before 2.34, glibc had some functions of threads in a library of their own. */
    private static MemorySegment ofThreads(String symbol) {
        return NativeFunction.address(
                SymbolLookup.libraryLookup("libpthread.so.0", Arena.global()), symbol);
    }
}
