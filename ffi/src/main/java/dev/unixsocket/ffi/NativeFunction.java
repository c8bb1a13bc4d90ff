package dev.unixsocket.ffi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.OptionalInt;

/**
 * A function of the C library.
 *
 * @param address where it is
 * @param descriptor what it takes and returns
 * @param version what it takes before the arguments that callers give, if anything
 */
record NativeFunction(MemorySegment address, FunctionDescriptor descriptor, OptionalInt version) {

    /**
     * Searches the C library alone. The generated bindings have a lookup that would first find a
     * function of the same name in a library that the program has loaded with {@code System.load}.
     */
    static final SymbolLookup C_LIBRARY = Linker.nativeLinker().defaultLookup();

    NativeFunction(MemorySegment address, FunctionDescriptor descriptor) {
        this(address, descriptor, OptionalInt.empty());
    }

    /** Links it. */
    MethodHandle link(Linker.Option... options) {
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, descriptor, options);
        if (version.isEmpty()) {
            return handle;
        }
        int first = handle.type().parameterCount() - descriptor.argumentLayouts().size();
        return MethodHandles.insertArguments(handle, first, version.getAsInt());
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
