package dev.unixsocket.uds.cli;

import dev.unixsocket.ffi.StandardStream;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.connections.OutputWriter;
import dev.unixsocket.services.server.StopSignals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Standard input, output and error of this program, for all of its commands. What is written goes
 * through an {@link OutputWriter} each: results wait for their reader, unless a command says that
 * they may be dropped; what goes to standard error, the log among it, never waits.
 *
 * <p>Thread-safe.
 */
public final class StandardStreams {

    private static final int OUTPUT_BYTES = 8 * 1024 * 1024;
    private static final int ERROR_BYTES = 1024 * 1024;

    /**
     * How long the end of the program waits for whoever reads standard error, and for the thread
     * that writes there, which a machine that is busy may let wait for seconds.
     */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final OutputWriter OUTPUT =
            new OutputWriter(StandardStream.OUTPUT, OUTPUT_BYTES);
    private static final OutputWriter ERROR = new OutputWriter(StandardStream.ERROR, ERROR_BYTES);

    private static final Charset CHARSET = StandardCharsets.UTF_8; // bin/uds sets such a locale

    private StandardStreams() {}

    /** What writes standard output. */
    public static OutputWriter output() {
        return OUTPUT;
    }

    /** What writes standard error. */
    static OutputWriter error() {
        return ERROR;
    }

    /** For text; each line is handed over at its end, and waits for its reader. */
    static PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(new Results(), CHARSET), true);
    }

    /** Lets all that Java prints to {@link System#err} go the way of the log. */
    static void redirectError() {
        System.setErr(new PrintStream(new Diagnostics(), true, CHARSET));
    }

    /** Standard input, which waits also where the descriptor does not. */
    public static InputStream input() {
        return new Input();
    }

    /**
     * {@link StopSignals} of this program, installed by the first call, which should come early: a
     * signal ends the process with the status of a failure until then. At a signal nobody waits for
     * a reader any longer.
     */
    public static StopSignals stopSignals() {
        return Stop.SIGNALS;
    }

    private static final class Stop {
        static final StopSignals SIGNALS = StopSignals.install(OUTPUT::hurry);
    }

    /** As {@link #stopSignals}, in a program that is a service: another one for SIGHUP. */
    public static StopSignals serviceSignals() {
        return Service.SIGNALS;
    }

    private static final class Service {
        static final StopSignals SIGNALS = StopSignals.installForService(OUTPUT::hurry);
    }

    /** Waits until what was printed to standard error is written, for 5 seconds at most. */
    public static void flushError() {
        ERROR.flush(LAST_WORDS);
    }

    /** Why results are missing; empty if none are, or their reader has seen enough. */
    static Optional<String> failure() {
        OUTPUT.flush();
        return OUTPUT.failure().map(e -> "standard output cannot be written: " + e.errno());
    }

    private static final class Results extends OutputStream {

        @Override
        public void write(int single) throws IOException {
            OUTPUT.write(new byte[] {(byte) single});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            OUTPUT.write(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    private static final class Diagnostics extends OutputStream {

        @Override
        public void write(int single) {
            ERROR.offer(new byte[] {(byte) single});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            ERROR.offer(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    private static final class Input extends InputStream {

        private static final int ROOM = 8 * 1024;

        private final MemorySegment room = Arena.ofAuto().allocate(ROOM);

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long got;
            try {
                got = StandardStream.INPUT.read(room, 0, Math.min(length, ROOM));
            } catch (SyscallException e) {
                throw new IOException(e.errno().toString(), e); // the stream is named by the caller
            }
            MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, bytes, offset, (int) got);
            return got == 0 ? -1 : (int) got;
        }
    }
}
