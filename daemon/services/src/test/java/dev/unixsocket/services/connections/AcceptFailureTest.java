package dev.unixsocket.services.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.AcceptFailure.Retry;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.testing.LogLines;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.logging.Level;

/** What a loop does, and says, when accept(2) fails. */
class AcceptFailureTest {

    private final LogLines log = LogLines.of("dev.unixsocket.server", Level.INFO);

    private final AcceptFailure failure = new AcceptFailure(Meter.NONE);

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    private static SyscallException accept(Errno errno) {
        return new SyscallException("accept", -errno.number(), "a.sock");
    }

    @ParameterizedTest
    @EnumSource(names = {"ECONNABORTED", "EAGAIN"})
    void aPeerThatWentAwayOrToAnotherProcessIsNotWorthAWord(Errno errno) {
        assertEquals(Retry.NOW, failure.judge(accept(errno)));
        assertEquals(List.of(), log.said());
    }

    @ParameterizedTest
    @EnumSource(names = {"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"})
    void aShortagePasses(Errno errno) {
        assertEquals(Retry.LATER, failure.judge(accept(errno)));
    }

    @Test
    void aShortageIsSaidOnceAndThenNotForAWhile() {
        for (int i = 0; i < 50; i++) {
            failure.judge(accept(Errno.EMFILE));
        }
        assertEquals(List.of("WARNING accept: Too many open files (EMFILE): a.sock"), log.said());
    }

    @Test
    void whatDoesNotPassIsForTheCallerToSay() {
        assertEquals(Retry.NEVER, failure.judge(accept(Errno.EINVAL)));
        assertEquals(List.of(), log.said());
    }
}
