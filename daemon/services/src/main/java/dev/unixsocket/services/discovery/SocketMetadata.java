package dev.unixsocket.services.discovery;

import java.util.List;
import java.util.Map;

/**
 * What a service says of itself, from all the ways there are; see {@link MetadataReader}.
 *
 * @param values by their names: texts, numbers, booleans, lists and maps of them, as in JSON
 * @param problems sentences about what was found and not trusted
 */
public record SocketMetadata(Map<String, Object> values, List<String> problems) {}
