package dev.unixsocket.services.weave;

/** What a request may ask for. The checks are made in the order of the C original. */
final class RequestBounds {

    static final int MODEL_STABLE_DIFFUSION_3_5 = 0;

    static final int MIN_SIDE = 64;
    static final int MAX_SIDE = 2048;
    static final int SIDE_STEP = 64;
    static final int MIN_STEPS = 1;
    static final int MAX_STEPS = 100;
    static final float MIN_CFG = 0.0f;
    static final float MAX_CFG = 20.0f;
    static final int MIN_PROMPT_BYTES = 1;

    /** What the original takes; a backend may take more. */
    static final int DEFAULT_PROMPT_BYTES = 256;

    /** What the specification has, and no backend can go beyond. */
    static final int MAX_PROMPT_BYTES = 2048;

    /** Bytes per pixel of the pictures that the daemon makes: red, green, blue. */
    static final int CHANNELS = 3;

    private static final int MAX_PIXELS =
            (Weve.MAX_PAYLOAD_BYTES - Weve.RESPONSE_FIXED_BYTES) / CHANNELS;

    private RequestBounds() {}

    static void checkModel(int modelId) throws RequestRefusedException {
        if (modelId != MODEL_STABLE_DIFFUSION_3_5) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_MODEL_ID,
                    "model id " + Integer.toUnsignedString(modelId) + " is unknown, 0 is the only");
        }
    }

    static void checkDimensions(int width, int height) throws RequestRefusedException {
        checkSide("width", width);
        checkSide("height", height);
    }

    private static void checkSide(String name, int side) throws RequestRefusedException {
        if (side < MIN_SIDE || side > MAX_SIDE || side % SIDE_STEP != 0) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_DIMENSIONS,
                    "%s %s is not a multiple of %d from %d to %d"
                            .formatted(
                                    name,
                                    Integer.toUnsignedString(side),
                                    SIDE_STEP,
                                    MIN_SIDE,
                                    MAX_SIDE));
        }
    }

    static void checkSteps(int steps) throws RequestRefusedException {
        if (steps < MIN_STEPS || steps > MAX_STEPS) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_STEPS,
                    "steps %s are not from %d to %d"
                            .formatted(Integer.toUnsignedString(steps), MIN_STEPS, MAX_STEPS));
        }
    }

    /** The comparison is such that NaN fails it. */
    static void checkCfg(float cfg) throws RequestRefusedException {
        if (!(cfg >= MIN_CFG && cfg <= MAX_CFG)) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_CFG,
                    "cfg scale " + cfg + " is not from " + MIN_CFG + " to " + MAX_CFG);
        }
    }

    /**
     * Checks one prompt.
     *
     * @param name of the prompt, such as {@code t5 prompt}
     * @param offset where it begins in the prompt data
     * @param length its bytes
     * @param available bytes of prompt data
     * @param most bytes that a prompt may have
     */
    static void checkPrompt(String name, long offset, long length, long available, int most)
            throws RequestRefusedException {
        if (length < MIN_PROMPT_BYTES || length > most) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_PROMPT,
                    "the %s has %d bytes, not from %d to %d"
                            .formatted(name, length, MIN_PROMPT_BYTES, most));
        }
        if (offset + length > available) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_PROMPT,
                    "the %s ends at byte %d of %d bytes of prompt data"
                            .formatted(name, offset + length, available));
        }
    }

    /** Checks what a backend says of itself, and returns it. */
    static int requirePromptLimit(int bytes) {
        if (bytes < DEFAULT_PROMPT_BYTES || bytes > MAX_PROMPT_BYTES) {
            throw new IllegalStateException(
                    "the backend takes prompts of at most %d bytes; it must take %d, up to %d"
                            .formatted(bytes, DEFAULT_PROMPT_BYTES, MAX_PROMPT_BYTES));
        }
        return bytes;
    }

    /** Whether the picture fits into one message: the C original closes without a word here. */
    static void checkPictureFits(int width, int height) throws RequestRefusedException {
        if ((long) width * height > MAX_PIXELS) {
            throw new RequestRefusedException(
                    ErrorCode.INVALID_DIMENSIONS,
                    "%d x %d pixels do not fit into a message of %d bytes: at most %d pixels do"
                            .formatted(width, height, Weve.MAX_MESSAGE_BYTES, MAX_PIXELS));
        }
    }
}
