package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireRoot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The OCI image of {@code -Ppackages}, as whoever unpacks and runs it sees it. */
@EnabledIfSystemProperty(named = "packages", matches = ".+", disabledReason = "-Ppackages makes it")
class OciImageIT {

    @TempDir Path folder;
    private Path layout;

    @BeforeEach
    void unpack() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("packages")))) {
            Path image =
                    files.filter(file -> file.toString().endsWith("-oci.tar"))
                            .findFirst()
                            .orElseThrow();
            layout = Files.createDirectory(folder.resolve("layout"));
            tar(image, layout);
        }
    }

    private static void tar(Path archive, Path to) {
        Program tar = Program.tool("tar", "-xpf", archive.toString(), "-C", to.toString()).run();
        assertEquals(0, tar.awaitExit(), tar::stderr);
    }

    private Path blob(Map<?, ?> descriptor) {
        String digest = (String) descriptor.get("digest");
        assertTrue(digest.startsWith("sha256:"), digest);
        return layout.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    private Map<String, Object> json(Map<?, ?> descriptor) throws IOException {
        return Json.object(Files.readString(blob(descriptor)));
    }

    private Map<String, Object> manifest() throws IOException {
        Map<String, Object> index = Json.object(Files.readString(layout.resolve("index.json")));
        return json((Map<?, ?>) ((List<?>) index.get("manifests")).getFirst());
    }

    private static List<Map<?, ?>> layers(Map<String, Object> manifest) {
        List<Map<?, ?>> layers = new ArrayList<>();
        ((List<?>) manifest.get("layers")).forEach(layer -> layers.add((Map<?, ?>) layer));
        return layers;
    }

    private static String sha256(InputStream input) throws IOException {
        try (DigestInputStream digest =
                new DigestInputStream(input, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return "sha256:" + HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void assertIsWhatItIsCalled(Map<?, ?> descriptor) throws IOException {
        Path blob = blob(descriptor);
        assertEquals(Files.size(blob), ((Number) descriptor.get("size")).longValue());
        assertEquals(descriptor.get("digest"), sha256(Files.newInputStream(blob)));
    }

    @Test
    void eachBlobIsWhatItsDigestSays() throws IOException {
        assertEquals(
                Map.of("imageLayoutVersion", "1.0.0"),
                Json.object(Files.readString(layout.resolve("oci-layout"))));
        Map<String, Object> index = Json.object(Files.readString(layout.resolve("index.json")));
        assertIsWhatItIsCalled((Map<?, ?>) ((List<?>) index.get("manifests")).getFirst());
        Map<String, Object> manifest = manifest();
        Map<?, ?> config = (Map<?, ?>) manifest.get("config");
        assertIsWhatItIsCalled(config);
        List<String> unpacked = new ArrayList<>();
        for (Map<?, ?> layer : layers(manifest)) {
            assertIsWhatItIsCalled(layer);
            unpacked.add(sha256(new GZIPInputStream(Files.newInputStream(blob(layer)))));
        }
        assertEquals(unpacked, ((Map<?, ?>) json(config).get("rootfs")).get("diff_ids"));
        try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
            assertEquals(2 + unpacked.size(), blobs.count());
        }
    }

    @Test
    void itsEntryPointServesOnASocketInTheVolume() throws IOException {
        requireRoot("to unpack the image with its owners, and to run it");
        Map<String, Object> manifest = manifest();
        Path root = Files.createDirectory(folder.resolve("root"));
        layers(manifest).forEach(layer -> tar(blob(layer), root));
        Map<?, ?> config = (Map<?, ?>) json((Map<?, ?>) manifest.get("config")).get("config");
        try (Program service = run(root, config, (List<?>) config.get("Cmd")).start()) {
            service.awaitStderr("listening on /run/uds/weave/weave.sock");
            assertTrue(Files.exists(root.resolve("run/uds/weave/weave.sock")));
            Program ping = run(root, config, List.of("ping")).run();
            assertEquals(0, ping.awaitExit(), ping::stderr);
            assertEquals(0, service.terminate(), service::stderr);
        }
    }

    /** As a runtime would: the environment and the user of the image, /dev and /proc. */
    private static Program.Builder run(Path root, Map<?, ?> config, List<?> command) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "--mount",
                                "sh",
                                "-c",
                                """
                                mount --bind /dev "$0/dev" && mount --bind /proc "$0/proc" || exit
                                user=$1
                                shift
                                exec chroot --userspec="$user" "$0" "$@"
                                """,
                                root.toString(),
                                (String) config.get("User")));
        ((List<?>) config.get("Entrypoint")).forEach(word -> words.add((String) word));
        command.forEach(word -> words.add((String) word));
        Program.Builder run = Program.tool("unshare", words.toArray(String[]::new));
        for (Object variable : (List<?>) config.get("Env")) {
            String[] parts = ((String) variable).split("=", 2);
            if (!parts[0].equals("PATH")) { // which is for this machine's own tools, too
                run.environment(parts[0], parts[1]);
            }
        }
        return run;
    }
}
