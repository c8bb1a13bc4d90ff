package dev.unixsocket.uds.weave;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.GeneratedImage;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.weave.WeaveException;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import javax.imageio.ImageIO;

/** The client, in Java and on the command line, against daemons good and bad. */
class WeaveClientIT {

    private static final GenerateRequest REQUEST =
            GenerateRequest.of(5, 64, 64, 20, 7.0f, 42, "a cat in space");

    @TempDir Path runtimeDirectory;

    @Test
    void thePictureIsWrittenAsPngAndTheLineSaysSo() throws IOException {
        Path png = runtimeDirectory.resolve("cat.png");
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            Program client = send("--width=128", "--height=64", "--seed=42", "--out=" + png).run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertTrue(
                    client.stdout()
                            .matches(
                                    "128 x 64 pixels, 3 channels, computed in \\d+ ms,"
                                            + " round trip [\\d.]+ ms, written to "
                                            + png
                                            + "\n"),
                    client::stdout);
            BufferedImage picture = ImageIO.read(png.toFile());
            assertEquals(128, picture.getWidth());
            assertEquals(64, picture.getHeight());
            GeneratedImage same =
                    new WeaveClient(Address.path(daemon.socket()))
                            .generate(
                                    GenerateRequest.of(1, 128, 64, 28, 7.0f, 42, "a cat in space"));
            int red = same.pixels().get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
            assertEquals(red, picture.getRGB(0, 0) >> 16 & 0xFF);
        }
    }

    @Test
    void theLineCanBeJson() {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            Program client = send("--json", "--width=64", "--height=64").run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertTrue(
                    client.stdout()
                            .matches(
                                    "\\{\"request_id\":\\d+,\"status\":200,\"width\":64,"
                                            + "\"height\":64,\"channels\":3,"
                                            + "\"image_bytes\":12288,"
                                            + "\"generation_time_ms\":\\d+,"
                                            + "\"round_trip_ms\":[\\d.]+}\n"),
                    client::stdout);
            assertTrue(daemon.program().isAlive());
        }
    }

    @Test
    void aBadRequestIsRefusedBeforeAnythingIsSent() {
        Program client = send("--width=65").run(); // there is no daemon to ask
        assertEquals(2, client.awaitExit());
        assertTrue(
                client.stderr()
                        .contains("send: invalid dimensions: width 65 is not a multiple of 64"),
                client::stderr);
    }

    @Test
    void withoutValidationTheDaemonAnswers() {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            Program client = send("--width=65", "--no-validate").run();
            assertEquals(16, client.awaitExit());
            assertEquals(
                    "weave-compute daemon error 5 (400): width 65 is not a multiple of 64 from 64"
                            + " to 2048\n",
                    client.stderr());
            assertTrue(daemon.program().isAlive());
        }
    }

    @Test
    void noDaemonIsSaidAndHasItsOwnExitStatus() {
        Program client = send().run();
        assertEquals(11, client.awaitExit());
        assertEquals(
                "weave-compute daemon not running (socket not found): " + socket() + "\n",
                client.stderr());
        assertThrows(WeaveException.NotRunning.class, () -> client().generate(REQUEST));
    }

    @Test
    void aStaleSocketIsSaidAndHasItsOwnExitStatus() throws IOException {
        listen().close();
        Program client = send().run();
        assertEquals(12, client.awaitExit());
        assertEquals(
                "weave-compute daemon not accepting connections: " + socket() + "\n",
                client.stderr());
        assertThrows(WeaveException.NotAccepting.class, () -> client().generate(REQUEST));
    }

    @Test
    void aDaemonThatDoesNotAnswerIsAReadTimeout() throws IOException {
        try (ServerSocketChannel silent = listen()) {
            WeaveClient impatient =
                    new WeaveClient(
                            Address.path(socket()), Duration.ofSeconds(5), Duration.ofMillis(200));
            WeaveException e =
                    assertThrows(
                            WeaveException.ReadTimeout.class, () -> impatient.generate(REQUEST));
            assertEquals("weave-compute daemon read timeout", e.getMessage());
            assertTrue(silent.isOpen());
        }
    }

    @Test
    void aDaemonThatClosesIsSaidAndHasItsOwnExitStatus() throws Exception {
        try (ServerSocketChannel listener = listen()) {
            answer(listener, new byte[0]);
            Program client = send().run();
            assertEquals(15, client.awaitExit());
            assertEquals("weave-compute daemon closed connection\n", client.stderr());
            answer(listener, new byte[20]);
            assertInstanceOf(WeaveException.BadAnswer.class, failure());
            answer(listener, header(2, 1000));
            assertInstanceOf(WeaveException.ConnectionClosed.class, failure());
        }
    }

    @Test
    void badAnswersAreToldFromGoodOnes() throws Exception {
        try (ServerSocketChannel listener = listen()) {
            answer(listener, header(2, 10 * 1024 * 1024 + 1));
            assertEquals(
                    "weave-compute daemon sent a bad answer: a payload of 10485761 bytes,"
                            + " 10485760 are accepted",
                    failure().getMessage());
            answer(listener, header(7, 0));
            assertInstanceOf(WeaveException.BadAnswer.class, failure());
            answer(listener, RawRequest.concat(header(2, 32), new byte[32]));
            assertInstanceOf(WeaveException.BadAnswer.class, failure());
            answer(listener, RawRequest.concat(header(0xFF, 4), new byte[4]));
            assertInstanceOf(WeaveException.BadAnswer.class, failure());
            answer(listener, picture(Integer.MAX_VALUE, Integer.MAX_VALUE, 4, 4));
            assertInstanceOf(WeaveException.BadAnswer.class, failure());
        }
    }

    @Test
    void aPictureWithFourChannelsIsAccepted() throws Exception {
        try (ServerSocketChannel listener = listen()) {
            answer(listener, picture(2, 1, 4, 8));
            assertEquals(4, client().generate(REQUEST).channels());
        }
    }

    @Test
    void anySeedOf64BitsCanBeSent() {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            assertEquals(0, send("--seed=18446744073709551615").run().awaitExit());
            assertEquals(2, send("--seed=-1").run().awaitExit());
            assertEquals(2, send("--seed=18446744073709551616").run().awaitExit());
            assertTrue(daemon.program().isAlive());
        }
    }

    @Test
    void anArgumentIsNeverAFileOfArguments() throws IOException {
        Path file = Files.writeString(runtimeDirectory.resolve("arguments"), "--json");
        Program client = send("@" + file).run();
        assertEquals(2, client.awaitExit());
        assertTrue(client.stderr().contains("@" + file), client::stderr);
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedBeforeAnythingIsSent() throws IOException {
        Path nowhere = runtimeDirectory.resolve("nowhere");
        Program client = send("--out=" + nowhere.resolve("cat.png")).run();
        assertEquals(1, client.awaitExit());
        assertEquals(nowhere + ": no such file or directory\n", client.stderr());
        Program directory = send("--out=" + runtimeDirectory).run();
        assertEquals(1, directory.awaitExit());
        assertTrue(directory.stderr().contains("is a directory"), directory::stderr);
    }

    @Test
    void aFullDiskIsSaidWithTheFile() {
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            Program client = send("--out=/dev/full").run();
            assertEquals(1, client.awaitExit());
            assertEquals("/dev/full: No space left on device\n", client.stderr());
            assertTrue(daemon.program().isAlive());
        }
    }

    @Test
    void aReadOnlyFileSystemIsSaidWithTheFile() throws IOException {
        requireRoot("to mount a file system");
        requireTool("unshare", "to mount it where nobody else sees it");
        Path directory = Files.createDirectory(runtimeDirectory.resolve("read-only"));
        String mountThenRun = "mount -t tmpfs -o ro none \"$0\" && exec \"$@\"";
        Path png = directory.resolve("cat.png");
        Program client =
                send("--out=" + png)
                        .under("unshare", "--mount", "sh", "-c", mountThenRun, directory.toString())
                        .run();
        assertEquals(1, client.awaitExit());
        assertEquals(png + ": Read-only file system\n", client.stderr());
    }

    @Test
    void aLinkLeadsToTheFileThatIsWritten() throws IOException {
        Path file = Files.writeString(runtimeDirectory.resolve("file"), "old");
        Path link = Files.createSymbolicLink(runtimeDirectory.resolve("link"), file);
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory)) {
            Program client = send("--out=" + link).run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertTrue(Files.isSymbolicLink(link));
            assertEquals("\211PNG", start(Files.readAllBytes(file)));
            assertEquals(0, daemon.program().terminate());
        }
    }

    @Test
    void aFifoAndADeviceAreWrittenInto() {
        Path fifo = runtimeDirectory.resolve("fifo");
        Program.tool("mkfifo", fifo.toString()).run();
        try (RunningDaemon daemon = RunningDaemon.start(runtimeDirectory);
                Program reader = Program.tool("cat", fifo.toString()).start()) {
            Program client = send("--out=" + fifo).run();
            assertEquals(0, client.awaitExit(), client::stderr);
            assertEquals(0, reader.awaitExit());
            assertEquals("\211PNG", start(reader.stdoutBytes()));
            Program nowhere = send("--out=/dev/null").run();
            assertEquals(0, nowhere.awaitExit(), nowhere::stderr);
            assertTrue(Files.exists(fifo) && !Files.isRegularFile(fifo));
            assertFalse(Files.isRegularFile(Path.of("/dev/null")));
            assertEquals(0, daemon.program().terminate());
        }
    }

    private static String start(byte[] picture) {
        return new String(picture, 0, 4, StandardCharsets.ISO_8859_1);
    }

    @Test
    void theDemoShowsEachStepAndLeavesNothingButThePicture() throws IOException {
        Path png = runtimeDirectory.resolve("demo.png");
        Program demo =
                Program.dist("uds", "demo", "--out=" + png)
                        .environment("UDS_JAVA_OPTIONS", "-Djava.io.tmpdir=" + runtimeDirectory)
                        .run();
        assertEquals(0, demo.awaitExit(), demo::stderr);
        assertTrue(demo.stdout().contains("directory rwx------, socket rw-------"), demo::stdout);
        assertTrue(demo.stdout().contains("exit status 0, socket file gone"), demo::stdout);
        assertEquals(512, ImageIO.read(png.toFile()).getWidth());
        try (var files = Files.list(runtimeDirectory)) {
            assertEquals(1, files.count());
        }
    }

    private Throwable failure() {
        return assertThrows(WeaveException.class, () -> client().generate(REQUEST));
    }

    private WeaveClient client() {
        return new WeaveClient(Address.path(socket()));
    }

    private Path socket() {
        return RunningDaemon.socketIn(runtimeDirectory);
    }

    private ServerSocketChannel listen() throws IOException {
        Files.createDirectories(socket().getParent());
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket()));
        return listener;
    }

    /** Accepts one connection, takes the request, sends these bytes and closes. */
    private static void answer(ServerSocketChannel listener, byte[] bytes) {
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try (SocketChannel channel = listener.accept()) {
                                channel.read(ByteBuffer.allocate(8192));
                                RunningDaemon.send(channel, bytes);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    private static byte[] header(int type, int payloadLength) {
        return ByteBuffer.allocate(16)
                .putInt(0x57455645)
                .putShort((short) 1)
                .putShort((short) type)
                .putInt(payloadLength)
                .putInt(0)
                .array();
    }

    private static byte[] picture(int width, int height, int channels, int pixelBytes) {
        byte[] payload =
                ByteBuffer.allocate(32 + pixelBytes)
                        .putLong(5)
                        .putInt(200)
                        .putInt(1)
                        .putInt(width)
                        .putInt(height)
                        .putInt(channels)
                        .putInt(pixelBytes)
                        .array();
        return RawRequest.concat(header(2, payload.length), payload);
    }

    private Program.Builder send(String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "weave";
        arguments[1] = "send";
        arguments[2] = "--prompt=a cat in space";
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Program.dist("uds", arguments)
                .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString());
    }
}
