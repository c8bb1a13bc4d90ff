package dev.unixsocket.services.discovery;

import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.ExtendedAttributes;
import dev.unixsocket.ffi.RegularFile;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Sidecar;
import dev.unixsocket.services.wire.Json;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        if (socket.isNamedInText()) {
            values.putAll(FileNameParts.of(socket.path()));
        } else {
            problems.add(
                    "its path is not UTF-8: percent-encoded, it is "
                            + socket.path().toUri().getRawPath());
        }
        try {
            values.putAll(ExtendedAttributes.read(socket.path()));
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EOPNOTSUPP) {
                problems.add("extended attributes: " + e.getMessage());
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add("extended attributes: " + e.getMessage());
        }
        SocketMetadata beside = sidecar(socket);
        values.putAll(beside.values());
        problems.addAll(beside.problems());
        if (handshake == Scan.Handshake.ON) {
            try {
                values.putAll(HandshakeClient.ask(socket.path(), Scan.LIMIT));
            } catch (IOException | IllegalArgumentException e) {
                problems.add("handshake: " + e.getMessage());
            }
        }
        return new SocketMetadata(values, problems);
    }

    /** What the sidecar says, and nothing else does. */
    static SocketMetadata sidecar(SocketFileInfo socket) {
        Path sidecar = Sidecar.of(socket.path());
        try {
            Optional<byte[]> json = trusted(sidecar, socket.uid());
            return new SocketMetadata(
                    json.isPresent() ? Json.object(json.get()) : Map.of(), List.of());
        } catch (IOException | IllegalArgumentException e) {
            String problem = "not trusted: " + sidecar.getFileName() + ": " + e.getMessage();
            return new SocketMetadata(Map.of(), List.of(problem));
        }
    }

    /** The content of a sidecar that the socket's owner, or root, must have written. */
    private static Optional<byte[]> trusted(Path sidecar, int owner) throws IOException {
        Optional<RegularFile> found = RegularFile.read(sidecar, MAX_BYTES);
        if (found.isEmpty()) {
            return Optional.empty(); // most sockets have none
        }
        int uid = found.get().uid();
        if (uid != owner && uid != ROOT) {
            throw new IOException(
                    "it belongs to uid %s, the socket to uid %s"
                            .formatted(
                                    Integer.toUnsignedString(uid),
                                    Integer.toUnsignedString(owner)));
        }
        return Optional.of(found.get().content());
    }
}
