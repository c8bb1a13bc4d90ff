package dev.unixsocket.services.weave;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A request for a picture. It may hold values that a daemon refuses; {@link #check} tells.
 *
 * @param requestId a number that the answer repeats
 * @param modelId 0, Stable Diffusion 3.5
 * @param width of the picture in pixels, a multiple of 64 from 64 to 2048
 * @param height of the picture in pixels, likewise
 * @param steps of diffusion, 1 to 100
 * @param cfgScale how closely to follow the prompt, 0.0 to 20.0
 * @param seed the same seed gives the same picture; 0 lets the daemon pick one
 * @param clipLPrompt for the CLIP-L encoder, 1 to 256 bytes in UTF-8; some backends take up to 2048
 * @param clipGPrompt for the CLIP-G encoder, likewise
 * @param t5Prompt for the T5 encoder, likewise
 */
public record GenerateRequest(
        long requestId,
        int modelId,
        int width,
        int height,
        int steps,
        float cfgScale,
        long seed,
        String clipLPrompt,
        String clipGPrompt,
        String t5Prompt) {

    /** A request to model 0 with one prompt for all three encoders. */
    public static GenerateRequest of(
            long requestId,
            int width,
            int height,
            int steps,
            float cfgScale,
            long seed,
            String prompt) {
        return new GenerateRequest(
                requestId,
                RequestBounds.MODEL_STABLE_DIFFUSION_3_5,
                width,
                height,
                steps,
                cfgScale,
                seed,
                prompt,
                prompt,
                prompt);
    }

    /**
     * Checks what a daemon checks, in its order; one whose backend takes longer prompts than 256
     * bytes accepts more.
     *
     * @throws RequestRefusedException with the error that a daemon would answer
     */
    public void check() throws RequestRefusedException {
        RequestBounds.checkModel(modelId);
        RequestBounds.checkDimensions(width, height);
        RequestBounds.checkSteps(steps);
        RequestBounds.checkCfg(cfgScale);
        boolean one = clipLPrompt.equals(clipGPrompt) && clipLPrompt.equals(t5Prompt);
        checkPrompt(one ? "prompt" : "clip_l prompt", clipLPrompt);
        checkPrompt("clip_g prompt", clipGPrompt);
        checkPrompt("t5 prompt", t5Prompt);
        RequestBounds.checkPictureFits(width, height);
    }

    private static void checkPrompt(String name, String prompt) throws RequestRefusedException {
        int length = utf8(prompt).length;
        RequestBounds.checkPrompt(name, 0, length, length, RequestBounds.DEFAULT_PROMPT_BYTES);
    }

    /** Size of the whole message in bytes. */
    public long encodedBytes() {
        return Weve.HEADER_BYTES
                + Weve.REQUEST_FIXED_BYTES
                + (long) utf8(clipLPrompt).length
                + utf8(clipGPrompt).length
                + utf8(t5Prompt).length;
    }

    /**
     * Writes the whole message: header, fields, and the three prompts one after another.
     *
     * @param into at least {@link #encodedBytes} bytes
     * @return how many bytes were written
     */
    public long encode(MemorySegment into) {
        byte[] clipL = utf8(clipLPrompt);
        byte[] clipG = utf8(clipGPrompt);
        byte[] t5 = utf8(t5Prompt);
        int payload = Weve.REQUEST_FIXED_BYTES + clipL.length + clipG.length + t5.length;
        Weve.writeHeader(into, Weve.GENERATE_REQUEST, payload);
        int base = Weve.HEADER_BYTES;
        Weve.u64(into, base + RequestView.REQUEST_ID, requestId);
        Weve.u32(into, base + RequestView.MODEL_ID, modelId);
        Weve.u32(into, base + RequestView.WIDTH, width);
        Weve.u32(into, base + RequestView.HEIGHT, height);
        Weve.u32(into, base + RequestView.STEPS, steps);
        Weve.f32(into, base + RequestView.CFG_SCALE, cfgScale);
        Weve.u64(into, base + RequestView.SEED, seed);
        int offset = putPrompt(into, RequestView.CLIP_L, 0, clipL);
        offset = putPrompt(into, RequestView.CLIP_G, offset, clipG);
        putPrompt(into, RequestView.T5, offset, t5);
        return (long) Weve.HEADER_BYTES + payload;
    }

    /** Writes a prompt and where it is; returns where the next one goes. */
    private static int putPrompt(MemorySegment into, int field, int offset, byte[] prompt) {
        Weve.u32(into, Weve.HEADER_BYTES + field, offset);
        Weve.u32(into, Weve.HEADER_BYTES + field + 4, prompt.length);
        long data = Weve.HEADER_BYTES + Weve.REQUEST_FIXED_BYTES + (long) offset;
        MemorySegment.copy(prompt, 0, into, ValueLayout.JAVA_BYTE, data, prompt.length);
        return offset + prompt.length;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
