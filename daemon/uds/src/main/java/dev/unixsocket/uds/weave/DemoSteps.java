package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.Syscalls;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.GeneratedImage;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** The numbered lines of {@code uds demo}. Confined to one thread. */
final class DemoSteps {

    /** Asks for a picture. */
    interface Exchange {
        GeneratedImage ask() throws IOException;
    }

    private final PrintWriter out;
    private int step;

    DemoSteps(PrintWriter out) {
        this.out = out;
    }

    static GenerateRequest request(long id, String prompt) {
        return GenerateRequest.of(id, 512, 512, 28, 7.0f, 42, prompt);
    }

    void say(String what, String format, Object... arguments) {
        String text = String.format(Locale.ROOT, format, arguments);
        out.printf(Locale.ROOT, "%d. %-9s %s%n", ++step, what, text);
        out.flush();
    }

    /** Says who is at the other end. */
    void credentials(StreamSocket connection) throws IOException {
        PeerCredentials daemon = connection.peerCredentials();
        say(
                "kernel",
                "the daemon is %s; this is pid %d, uid %d",
                daemon,
                ProcessHandle.current().pid(),
                Integer.toUnsignedLong(Syscalls.getuid()));
    }

    /** Says what is asked for. */
    void request(GenerateRequest request) {
        say(
                "request",
                "%d bytes: \"%s\", %d x %d pixels, %d steps, cfg %.1f, seed %d",
                request.encodedBytes(),
                request.clipLPrompt(),
                request.width(),
                request.height(),
                request.steps(),
                request.cfgScale(),
                request.seed());
    }

    /** Asks, and says what came. */
    GeneratedImage response(Exchange exchange) throws IOException {
        long begun = System.nanoTime();
        GeneratedImage image = exchange.ask();
        double millis = (System.nanoTime() - begun) / 1e6;
        say(
                "response",
                "%d bytes: %d x %d pixels, %d channels, computed in %d ms, round trip %.1f ms",
                image.encodedBytes(),
                image.width(),
                image.height(),
                image.channels(),
                image.generationTimeMillis(),
                millis);
        return image;
    }
}
