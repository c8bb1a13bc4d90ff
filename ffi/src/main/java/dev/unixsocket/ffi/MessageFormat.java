package dev.unixsocket.ffi;

/**
 * How an operating system wants a message of sendmsg(2) and recvmsg(2), as far as they differ.
 * Sizes and offsets in bytes.
 *
 * @param headerBytes size of {@code struct msghdr}
 * @param flags offset of {@code msg_flags} in it
 * @param cmsgLevel offset of {@code cmsg_level} in {@code struct cmsghdr}; {@code cmsg_len} is at 0
 * @param cmsgType offset of {@code cmsg_type}
 * @param cmsgData where the data begins: {@code CMSG_LEN(0)}
 * @param cmsgAlignment to which a {@code struct cmsghdr} and its data are padded
 * @param truncated {@code MSG_TRUNC}, as recvmsg(2) returns it
 * @param wantLength the flag that makes recv(2) return the length which a message has, where it is
 *     longer than the buffer, or 0
 * @param controlTruncated {@code MSG_CTRUNC}
 * @param closeOnExec {@code MSG_CMSG_CLOEXEC}, or 0
 */
record MessageFormat(
        int headerBytes,
        int flags,
        int cmsgLevel,
        int cmsgType,
        int cmsgData,
        int cmsgAlignment,
        int truncated,
        int wantLength,
        int controlTruncated,
        int closeOnExec) {

    /** {@code CMSG_SPACE}: what data of that size takes, with what comes before and after it. */
    int space(int dataBytes) {
        return cmsgData + aligned(dataBytes);
    }

    /** {@code CMSG_ALIGN}. */
    int aligned(int bytes) {
        return (bytes + cmsgAlignment - 1) / cmsgAlignment * cmsgAlignment;
    }
}
