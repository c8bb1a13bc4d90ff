package dev.unixsocket.daemon.discovery;

import dev.unixsocket.daemon.server.Sidecar;
import dev.unixsocket.daemon.wire.Json;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.ExtendedAttributes;
import dev.unixsocket.ffi.SyscallException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads metadata all the ways there are. Where two say different things of the same name, the later
 * one of this order counts: parts of the file name, extended attributes, the sidecar, the
 * handshake.
 *
 * <p>Stateless, thread-safe.
 */
final class MetadataReader {

    /** More than this a sidecar, or the answer to a handshake, need not be; in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int ROOT = 0;

    private MetadataReader() {}

    static SocketMetadata read(SocketFileInfo socket, Scan.Handshake handshake) {
        if (!socket.isNamedInText()) {
            return new SocketMetadata(
                    Map.of(),
                    List.of(
                            "its path is not UTF-8, so it cannot be asked: percent-encoded, it is "
                                    + socket.path().toUri().getRawPath()));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        values.putAll(FileNameParts.of(socket.path()));
        try {
            values.putAll(ExtendedAttributes.read(socket.path()));
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EOPNOTSUPP) {
                problems.add("extended attributes: " + e.getMessage());
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add("extended attributes: " + e.getMessage());
        }
        readSidecar(socket, values, problems);
        if (handshake == Scan.Handshake.ON) {
            try {
                values.putAll(HandshakeClient.ask(socket.path(), Scan.LIMIT));
            } catch (IOException | IllegalArgumentException e) {
                problems.add("handshake: " + e.getMessage());
            }
        }
        return new SocketMetadata(values, problems);
    }

    private static void readSidecar(
            SocketFileInfo socket, Map<String, Object> values, List<String> problems) {
        Path sidecar = Sidecar.of(socket.path());
        try {
            values.putAll(Json.object(trusted(sidecar, socket.uid())));
        } catch (NoSuchFileException none) {
            // most sockets have none
        } catch (IOException | IllegalArgumentException e) {
            problems.add("not trusted: " + sidecar.getFileName() + ": " + e.getMessage());
        }
    }

    /** The content of a sidecar that the socket's owner, or root, must have written. */
    private static byte[] trusted(Path sidecar, int owner) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(
                        sidecar,
                        "unix:uid,isRegularFile,isSymbolicLink,size",
                        LinkOption.NOFOLLOW_LINKS);
        if ((boolean) found.get("isSymbolicLink")) {
            throw new IOException("it is a symbolic link");
        }
        if (!(boolean) found.get("isRegularFile")) {
            throw new IOException("it is not a regular file");
        }
        int uid = (int) found.get("uid");
        if (uid != owner && uid != ROOT) {
            throw new IOException(
                    "it belongs to uid %s, the socket to uid %s"
                            .formatted(
                                    Integer.toUnsignedString(uid),
                                    Integer.toUnsignedString(owner)));
        }
        if ((long) found.get("size") > MAX_BYTES) {
            throw new IOException("it has more than " + MAX_BYTES + " bytes");
        }
        return content(sidecar);
    }

    private static byte[] content(Path sidecar) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES + 1);
        try (SeekableByteChannel file =
                Files.newByteChannel(
                        sidecar, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (buffer.hasRemaining() && file.read(buffer) >= 0) {}
        }
        if (!buffer.hasRemaining()) {
            throw new IOException("it has more than " + MAX_BYTES + " bytes");
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
