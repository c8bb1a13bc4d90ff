package dev.unixsocket.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.daemon.server.AcceptFailure.Retry;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.SyscallException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a loop does, and says, when accept(2) fails. */
class AcceptFailureTest {

    private static final Logger LOG = Logger.getLogger("dev.unixsocket.server");

    private final List<String> said = new ArrayList<>();

    private final Handler collector =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    said.add(line.getLevel() + " " + line.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    private final AcceptFailure failure = new AcceptFailure();

    @BeforeEach
    void listen() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(collector);
    }

    @AfterEach
    void listenNoMore() {
        LOG.removeHandler(collector);
        LOG.setUseParentHandlers(true);
    }

    private static SyscallException accept(Errno errno) {
        return new SyscallException("accept", -errno.number(), "a.sock");
    }

    @ParameterizedTest
    @EnumSource(names = {"ECONNABORTED", "EAGAIN"})
    void aPeerThatWentAwayOrToAnotherProcessIsNotWorthAWord(Errno errno) {
        assertEquals(Retry.NOW, failure.judge(accept(errno)));
        assertEquals(List.of(), said);
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
        assertEquals(List.of("WARNING accept: Too many open files (EMFILE): a.sock"), said);
    }

    @Test
    void whatDoesNotPassIsForTheCallerToSay() {
        assertEquals(Retry.NEVER, failure.judge(accept(Errno.EINVAL)));
        assertEquals(List.of(), said);
    }
}
