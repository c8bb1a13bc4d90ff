package dev.unixsocket.ffi;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * Where a function of the C library is.
 *
 * @param address its first instruction
 * @param version what it takes before the arguments that callers give, or {@link #NO_VERSION}
 */
record NativeFunction(MemorySegment address, int version) {

    /**
     * Searches the C library alone. The generated bindings have a lookup that would first find a
     * function of the same name in a library that the program has loaded with {@code System.load}.
     */
    static final SymbolLookup C_LIBRARY = Linker.nativeLinker().defaultLookup();

    private static final int NO_VERSION = -1;

    NativeFunction(MemorySegment address) {
        this(address, NO_VERSION);
    }

    boolean takesVersion() {
        return version != NO_VERSION;
    }

    /** The address of a function there, or an error that says it is missing. */
    static MemorySegment address(SymbolLookup lookup, String symbol) {
        return lookup.find(symbol).orElseThrow(() -> missing(symbol));
    }

    /** That the C library has no such function. */
    static UnsatisfiedLinkError missing(String symbol) {
        return new UnsatisfiedLinkError(
                "the C library of this system has no function "
                        + symbol
                        + ": use one that has it, such as glibc 2.27 or later");
    }
}
