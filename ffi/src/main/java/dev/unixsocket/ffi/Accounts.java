package dev.unixsocket.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * Users and groups by name: getpwnam(3), getgrnam(3), which ask wherever the system keeps them.
 *
 * <p>Thread-safe.
 */
public final class Accounts {

    private Accounts() {}

    /** The user ID of that name; empty when there is none. */
    public static OptionalInt uid(String user) {
        return id(user, Syscalls::getpwnam, Platform.CURRENT::userId);
    }

    /** The group ID of that name; empty when there is none. */
    public static OptionalInt gid(String group) {
        return id(group, Syscalls::getgrnam, Platform.CURRENT::groupId);
    }

    private interface Call {
        MemorySegment of(MemorySegment name);
    }

    private interface Field {
        int of(MemorySegment struct);
    }

    /** The answer is in memory that the next call overwrites, so there is one call at a time. */
    private static synchronized OptionalInt id(String name, Call call, Field field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = call.of(arena.allocateFrom(name));
            return struct.address() == 0 ? OptionalInt.empty() : OptionalInt.of(field.of(struct));
        }
    }
}
