package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.linux.Libc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Errors by number and by name. */
class ErrnoTest {

    /** The largest number of errno(3) on Linux. */
    private static final int LAST_OF_LINUX = 133;

    /** Second names of EAGAIN and EDEADLK once had these numbers. */
    private static final Set<Integer> NO_ERROR_OF_LINUX = Set.of(41, 58);

    private static Stream<Errno> errorsOfThisSystem() {
        return Stream.of(Errno.values()).filter(errno -> errno.number() > 0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyNumberOfLinuxHasItsNameAndTheTextOfTheCLibrary() throws Exception {
        CFunction strerror = new CFunction("strerror");
        for (int number = 1; number <= LAST_OF_LINUX; number++) {
            Errno errno = Errno.of(number);
            if (NO_ERROR_OF_LINUX.contains(number)) {
                assertEquals(Errno.UNKNOWN, errno);
            } else {
                assertEquals(Libc.class.getMethod(errno.name()).invoke(null), number);
                MemorySegment description = MemorySegment.ofAddress(strerror.value(number, 0));
                String text = description.reinterpret(Long.MAX_VALUE).getString(0);
                assertEquals(text, errno.description());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("errorsOfThisSystem")
    void everyErrorIsKnownByItsNumber(Errno errno) {
        assertEquals(errno, Errno.of(errno.number()));
        assertTrue(errno.is(-errno.number()));
        assertFalse(errno.is(errno.number()));
        SyscallException failure = new SyscallException("call", -errno.number(), "subject");
        boolean timeout = List.of(Errno.EAGAIN, Errno.EINPROGRESS, Errno.ETIMEDOUT).contains(errno);
        assertEquals(
                "call: %s (%s): subject"
                        .formatted(timeout ? "timed out" : errno.description(), errno.name()),
                failure.getMessage());
        assertEquals(timeout, failure.timedOut());
    }

    @Test
    void anErrorThatHasNoNameHereIsShownByItsNumber() {
        assertEquals(Errno.UNKNOWN, Errno.of(4095));
        assertEquals(Errno.UNKNOWN, Errno.of(0));
        assertFalse(Errno.UNKNOWN.is(1));
        assertEquals(
                "call: errno 4095: subject",
                new SyscallException("call", -4095, "subject").getMessage());
    }
}
