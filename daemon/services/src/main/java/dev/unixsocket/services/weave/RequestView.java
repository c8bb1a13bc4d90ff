package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A generate request where it lies in a worker's buffer: reading a field decodes it, and nothing is
 * copied or allocated.
 *
 * <p>Confined to the worker's thread, and valid until the backend returns.
 */
public final class RequestView {

    // Where the fields are in the payload.
    static final int REQUEST_ID = 0;
    static final int MODEL_ID = 8;
    static final int WIDTH = 12;
    static final int HEIGHT = 16;
    static final int STEPS = 20;
    static final int CFG_SCALE = 24;
    static final int SEED = 28;
    static final int CLIP_L = 36;
    static final int CLIP_G = 44;
    static final int T5 = 52;

    private MemorySegment message = MemorySegment.NULL;
    private long payloadLength;

    RequestView() {}

    /**
     * Looks at the message that the segment begins with, its header included.
     *
     * @throws RequestRefusedException if the payload is too short to be a request
     */
    void wrap(MemorySegment message, long payloadLength) throws RequestRefusedException {
        if (payloadLength < Weve.REQUEST_FIXED_BYTES) {
            throw new RequestRefusedException(
                    ErrorCode.INTERNAL,
                    "the payload has %d bytes, a generate request has at least %d"
                            .formatted(payloadLength, Weve.REQUEST_FIXED_BYTES));
        }
        this.message = message;
        this.payloadLength = payloadLength;
    }

    /** The id of a request, even of one that is too short to be one; 0 if it did not come whole. */
    static long idIn(MemorySegment message, long payloadLength) {
        return payloadLength < Long.BYTES ? 0 : Weve.u64(message, Weve.HEADER_BYTES + REQUEST_ID);
    }

    /** Checks every field, in the order of the C original. */
    void check(int maxPromptBytes) throws RequestRefusedException {
        RequestBounds.checkModel(u32(MODEL_ID));
        RequestBounds.checkDimensions(width(), height());
        RequestBounds.checkSteps(steps());
        RequestBounds.checkCfg(cfgScale());
        checkPrompt("clip_l prompt", CLIP_L, maxPromptBytes);
        checkPrompt("clip_g prompt", CLIP_G, maxPromptBytes);
        checkPrompt("t5 prompt", T5, maxPromptBytes);
        RequestBounds.checkPictureFits(width(), height());
    }

    private void checkPrompt(String name, int field, int maxPromptBytes)
            throws RequestRefusedException {
        RequestBounds.checkPrompt(
                name,
                Integer.toUnsignedLong(u32(field)),
                Integer.toUnsignedLong(u32(field + 4)),
                payloadLength - Weve.REQUEST_FIXED_BYTES,
                maxPromptBytes);
    }

    /** The number that the client gave to the request. */
    public long requestId() {
        return Weve.u64(message, Weve.HEADER_BYTES + REQUEST_ID);
    }

    /** Width of the picture in pixels. */
    public int width() {
        return u32(WIDTH);
    }

    /** Height of the picture in pixels. */
    public int height() {
        return u32(HEIGHT);
    }

    /** How many steps of diffusion to take. */
    public int steps() {
        return u32(STEPS);
    }

    /** How closely to follow the prompt: classifier-free guidance. */
    public float cfgScale() {
        return Weve.f32(message, Weve.HEADER_BYTES + CFG_SCALE);
    }

    /** The seed as it was sent; 0 asks the daemon to pick one. */
    public long requestedSeed() {
        return Weve.u64(message, Weve.HEADER_BYTES + SEED);
    }

    /** The prompt for the CLIP-L encoder, decoded; allocates. */
    public String clipLPrompt() {
        return prompt(CLIP_L);
    }

    /** The prompt for the CLIP-G encoder, decoded; allocates. */
    public String clipGPrompt() {
        return prompt(CLIP_G);
    }

    /** The prompt for the T5 encoder, decoded; allocates. */
    public String t5Prompt() {
        return prompt(T5);
    }

    /** Bytes of the prompt for the T5 encoder. */
    public int t5PromptLength() {
        return u32(T5 + 4);
    }

    /** One byte of the prompt for the T5 encoder. */
    public byte t5PromptByte(int index) {
        return message.get(ValueLayout.JAVA_BYTE, promptOffset(T5) + index);
    }

    private String prompt(int field) {
        byte[] bytes = new byte[u32(field + 4)];
        MemorySegment.copy(
                message, ValueLayout.JAVA_BYTE, promptOffset(field), bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long promptOffset(int field) {
        return Weve.HEADER_BYTES + Weve.REQUEST_FIXED_BYTES + Integer.toUnsignedLong(u32(field));
    }

    private int u32(int field) {
        return Weve.u32(message, Weve.HEADER_BYTES + field);
    }

    /** A copy that stays as it is. */
    GenerateRequest copy() {
        return new GenerateRequest(
                requestId(),
                u32(MODEL_ID),
                width(),
                height(),
                steps(),
                cfgScale(),
                requestedSeed(),
                clipLPrompt(),
                clipGPrompt(),
                t5Prompt());
    }
}
