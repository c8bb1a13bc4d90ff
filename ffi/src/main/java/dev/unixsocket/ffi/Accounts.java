package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * Users and groups by name: getpwnam(3), getgrnam(3), which ask wherever the system keeps them.
 *
 * <p>Thread-safe.
 */
public final class Accounts {

    private static final MethodHandle GETPWNAM = Syscalls.link("getpwnam");
    private static final MethodHandle GETGRNAM = Syscalls.link("getgrnam");

    private Accounts() {}

    /** The user ID of that name; empty when there is none. */
    public static OptionalInt uid(String user) {
        return id(user, GETPWNAM, Platform.CURRENT::userId);
    }

    /** The group ID of that name; empty when there is none. */
    public static OptionalInt gid(String group) {
        return id(group, GETGRNAM, Platform.CURRENT::groupId);
    }

    private interface Field {
        int of(MemorySegment struct);
    }

    /** The answer is in memory that the next call overwrites, so there is one call at a time. */
    private static synchronized OptionalInt id(String name, MethodHandle call, Field field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = ThreadMemory.current().callState;
            MemorySegment struct =
                    (MemorySegment) call.invokeExact(state, arena.allocateFrom(name));
            return struct.address() == 0 ? OptionalInt.empty() : OptionalInt.of(field.of(struct));
        } catch (Throwable t) {
            throw Syscalls.unexpected(t);
        }
    }
}
