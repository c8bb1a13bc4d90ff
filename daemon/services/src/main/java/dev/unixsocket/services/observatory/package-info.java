/**
 * Takes events over HTTP and stamps each with the credentials of its sender. Exported to the
 * program {@code uds} only, which adds an {@link
 * dev.unixsocket.services.observatory.EngineFactory}: what speaks HTTP is exchangeable.
 */
package dev.unixsocket.services.observatory;
