package dev.unixsocket.uds.weave;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Waiting;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.GeneratedImage;
import dev.unixsocket.services.weave.RequestRefusedException;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveException;
import dev.unixsocket.services.weave.WeaveSocket;
import dev.unixsocket.services.wire.Escaped;
import dev.unixsocket.uds.cli.AbstractOption;
import dev.unixsocket.uds.cli.ExchangeLimit;
import dev.unixsocket.uds.cli.Options;
import dev.unixsocket.uds.cli.SharedMemoryOffer;
import dev.unixsocket.uds.cli.SocketPath;
import dev.unixsocket.uds.cli.UnsignedConverter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/** {@code uds weave send}. */
@Command(
        name = "send",
        description = "Ask the daemon for a picture.",
        exitCodeList = {
            " 0:the picture came",
            " 1:another failure, such as a file that cannot be written",
            " 2:wrong command line, or a request that no daemon accepts",
            "10:XDG_RUNTIME_DIR is not set",
            "11:the daemon is not running",
            "12:the daemon is not accepting connections",
            "13:the daemon accepted nothing in time: within --timeout, and 5 s at most",
            "14:no whole answer within --timeout",
            "15:the daemon closed the connection",
            "16:the daemon answered with an error",
            "17:the daemon sent a bad answer"
        })
final class WeaveSendCommand implements Callable<Integer> {

    @Option(
            names = "--prompt",
            required = true,
            paramLabel = "TEXT",
            description =
                    "What to draw, at most 256 bytes in UTF-8; with --no-validate up to 2048, for a"
                            + " daemon whose backend takes them.")
    private String prompt;

    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            defaultValue = "512",
            description = "A multiple of 64 from 64 to 2048. Default: 512")
    private int width;

    @Option(
            names = "--height",
            paramLabel = "PIXELS",
            defaultValue = "512",
            description = "Likewise. Default: 512")
    private int height;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "28",
            description = "1 to 100. Default: 28")
    private int steps;

    @Option(
            names = "--cfg",
            paramLabel = "SCALE",
            defaultValue = "7.0",
            description = "How closely to follow the prompt, 0.0 to 20.0. Default: 7.0")
    private float cfg;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            converter = UnsignedConverter.class,
            description =
                    "The same seed gives the same picture; 0 picks one."
                            + " 0 to 18446744073709551615. Default: 0")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the picture there, as PNG. Without it nothing is written.")
    private Optional<Path> out;

    @Option(names = "--json", description = "Print the line about the picture as JSON.")
    private boolean json;

    @Option(
            names = "--no-validate",
            description = "Send the request as it is, to see the daemon's answer.")
    private boolean noValidate;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The daemon's socket. Default: $XDG_RUNTIME_DIR/weave/weave.sock")
    private Optional<Path> socket;

    @Mixin private final ExchangeLimit limit = ExchangeLimit.of("65s");

    @Mixin private SpinOption spin;

    @Mixin private SharedMemoryOffer sharedMemory;

    @Mixin private AbstractOption abstractOption;

    @Mixin private Options options;

    @Spec private CommandSpec spec;

    WeaveSendCommand() {}

    @Override
    public Integer call() throws IOException {
        GenerateRequest request =
                GenerateRequest.of(
                        new SplittableRandom().nextLong(1, Long.MAX_VALUE),
                        width,
                        height,
                        steps,
                        cfg,
                        seed,
                        prompt);
        Waiting waiting = spin.waiting();
        if (!noValidate) {
            validate(request);
        }
        if (out.isPresent()) {
            PngFile.check(out.get());
        }
        try {
            Optional<Address> name = abstractOption.address();
            Address address = name.isPresent() ? name.get() : path();
            WeaveClient client = new WeaveClient(address).within(limit.time()).waiting(waiting);
            if (sharedMemory.isGiven()) {
                client = client.sharingMemory();
            }
            long begun = System.nanoTime();
            client.generate(request, image -> received(image, begun));
            return 0;
        } catch (WeaveException e) {
            spec.commandLine().getErr().println(Escaped.sentence(e.getMessage()));
            return exitStatus(e);
        }
    }

    private void received(GeneratedImage image, long begun) throws IOException {
        double millis = (System.nanoTime() - begun) / 1e6;
        if (out.isPresent()) {
            PngFile.write(out.get(), image);
        }
        print(image, millis);
    }

    private Address path() throws WeaveException {
        if (socket.isEmpty()) {
            return Address.path(WeaveSocket.path(System.getenv()));
        }
        try {
            return SocketPath.of(socket.get());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--socket: " + e.getMessage());
        }
    }

    private void validate(GenerateRequest request) {
        try {
            request.check();
        } catch (RequestRefusedException e) {
            throw new ParameterException(spec.commandLine(), e.code() + ": " + e.getMessage());
        }
    }

    private void print(GeneratedImage image, double millis) throws IOException {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(asJson(image, millis));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "%d x %d pixels, %d channels, computed in %d ms, round trip %.1f ms%s%s%n",
                    image.width(),
                    image.height(),
                    image.channels(),
                    image.generationTimeMillis(),
                    millis,
                    image.shared() ? ", in shared memory" : "",
                    out.map(file -> ", written to " + file).orElse(""));
        }
        stdout.flush();
    }

    private String asJson(GeneratedImage image, double millis) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = new JsonFactory().createGenerator(text)) {
            line.writeStartObject();
            line.writeFieldName("request_id");
            line.writeNumber(Long.toUnsignedString(image.requestId()));
            line.writeNumberField("status", GeneratedImage.STATUS);
            line.writeNumberField("width", image.width());
            line.writeNumberField("height", image.height());
            line.writeNumberField("channels", image.channels());
            line.writeNumberField("image_bytes", image.pixels().byteSize());
            line.writeNumberField("generation_time_ms", image.generationTimeMillis());
            line.writeNumberField("round_trip_ms", Math.round(millis * 1000) / 1000.0);
            if (image.shared()) {
                line.writeBooleanField("shared_memory", true);
            }
            if (out.isPresent()) {
                line.writeStringField("file", out.get().toString());
            }
            line.writeEndObject();
        }
        return text.toString();
    }

    private static int exitStatus(WeaveException e) {
        return switch (e) {
            case WeaveException.RuntimeDirectoryNotSet _ -> 10;
            case WeaveException.NotRunning _ -> 11;
            case WeaveException.NotAccepting _ -> 12;
            case WeaveException.ConnectionTimeout _ -> 13;
            case WeaveException.ReadTimeout _ -> 14;
            case WeaveException.ConnectionClosed _ -> 15;
            case WeaveException.Refused _ -> 16;
            case WeaveException.BadAnswer _ -> 17;
        };
    }
}
