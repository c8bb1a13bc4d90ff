package dev.unixsocket.services.discovery;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a service says of itself, from all the ways there are; see {@link MetadataReader}.
 *
 * @param values by their names: texts, numbers, booleans, lists and maps of them, as in JSON
 * @param problems sentences about what was found and not trusted
 */
public record SocketMetadata(Map<String, Object> values, List<String> problems) {

    /**
     * What the file beside a socket says, {@code weave.json} beside {@code weave.sock}. It is not
     * trusted if it belongs to neither the socket's owner nor root.
     *
     * @param socket its path; where it is not a socket, there is no metadata
     */
    public static SocketMetadata ofSidecar(Path socket) {
        return SocketFileInfo.read(socket)
                .map(MetadataReader::sidecar)
                .orElseGet(() -> new SocketMetadata(Map.of(), List.of()));
    }
}
