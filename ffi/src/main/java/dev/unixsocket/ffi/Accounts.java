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

    /**
     * The user ID of that name; empty when there is none.
     *
     * @param user a name, as getpwnam(3) takes it
     * @return to be compared as an unsigned number
     * @throws IllegalArgumentException if the name holds a NUL, or half a surrogate pair
     */
    public static OptionalInt uid(String user) {
        byte[] name = Text.withoutNul(user, "the name of a user");
        return id(name, Syscalls::getpwnam, Platform.CURRENT::userId);
    }

    /**
     * The group ID of that name; empty when there is none.
     *
     * @param group a name, as getgrnam(3) takes it
     * @return to be compared as an unsigned number
     * @throws IllegalArgumentException if the name holds a NUL, or half a surrogate pair
     */
    public static OptionalInt gid(String group) {
        byte[] name = Text.withoutNul(group, "the name of a group");
        return id(name, Syscalls::getgrnam, Platform.CURRENT::groupId);
    }

    private interface Call {
        MemorySegment of(MemorySegment name);
    }

    private interface Field {
        int of(MemorySegment struct);
    }

    /** The answer is in memory that the next call overwrites, so there is one call at a time. */
    private static synchronized OptionalInt id(byte[] name, Call call, Field field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = call.of(Text.cString(name, arena));
            return struct.address() == 0 ? OptionalInt.empty() : OptionalInt.of(field.of(struct));
        }
    }
}
