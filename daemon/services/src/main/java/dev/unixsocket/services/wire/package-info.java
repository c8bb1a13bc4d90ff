/**
 * Bytes on a stream: frames with a length before them, MessagePack and JSON in them, and the time
 * that a peer may take; and small things that all services share. Exported to the program {@code
 * uds} only.
 *
 * <p>{@link dev.unixsocket.services.wire.FrameReader} and {@link
 * dev.unixsocket.services.wire.FrameWriter} are the two ends of frames on a socket; {@link
 * dev.unixsocket.services.wire.FrameDecoder} finds them in bytes that came from elsewhere. A frame
 * that is too long or cut off is a {@link dev.unixsocket.services.wire.FrameException}.
 *
 * <p>{@link dev.unixsocket.services.wire.MessagePackCodec} turns a frame into maps, lists, numbers
 * and texts, and back; {@link dev.unixsocket.services.wire.Json} does so for JSON. Both refuse what
 * is nested too deeply.
 *
 * <p>A {@link dev.unixsocket.services.wire.Deadline} is a point in time, which a peer that trickles
 * does not move. {@link dev.unixsocket.services.wire.FullTransfer} reads or writes all bytes,
 * {@link dev.unixsocket.services.wire.TimedReader} all bytes until a deadline. {@link
 * dev.unixsocket.services.wire.LingeringClose} ends a connection so that the peer can still read
 * what was written last.
 */
package dev.unixsocket.services.wire;
