package dev.unixsocket.services.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What holds for every request and for every string of bytes. */
class CodecTest {

    @Property(tries = 500)
    void aValidRequestComesBackAsItWasSent(@ForAll("validRequests") GenerateRequest request)
            throws RequestRefusedException {
        request.check();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            assertEquals(message.byteSize(), request.encode(message));
            RequestView view = new RequestView();
            view.wrap(message, Weve.payloadLength(message));
            view.check(RequestBounds.DEFAULT_PROMPT_BYTES);
            assertEquals(request, view.copy());
        }
    }

    @Property(tries = 5000)
    void anyPayloadIsEitherDecodedOrRefused(@ForAll byte[] payload) {
        decodeOrRefuse(payload);
    }

    @Property(tries = 5000)
    void aValidRequestWithAnyByteChangedIsEitherDecodedOrRefused(
            @ForAll("validRequests") GenerateRequest request,
            @ForAll int position,
            @ForAll byte value) {
        byte[] payload;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            payload = message.asSlice(Weve.HEADER_BYTES).toArray(ValueLayout.JAVA_BYTE);
        }
        payload[Math.floorMod(position, payload.length)] = value;
        decodeOrRefuse(payload);
    }

    @Property(tries = 500)
    void whatTheClientRefusesTheDaemonRefusesWithTheSameError(
            @ForAll int modelId,
            @ForAll int width,
            @ForAll int height,
            @ForAll int steps,
            @ForAll float cfg) {
        GenerateRequest request =
                new GenerateRequest(1, modelId, width, height, steps, cfg, 1, "a", "b", "c");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            assertEquals(refusalOfClient(request), refusalOfDaemon(message));
        }
    }

    private static void decodeOrRefuse(byte[] payload) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate((long) Weve.HEADER_BYTES + payload.length);
            message.asSlice(Weve.HEADER_BYTES).copyFrom(MemorySegment.ofArray(payload));
            RequestView view = new RequestView();
            try {
                view.wrap(message, payload.length);
                view.check(RequestBounds.DEFAULT_PROMPT_BYTES);
                view.copy().check();
            } catch (RequestRefusedException refused) {
                assertTrue(refused.code().number() > 0);
            }
        }
    }

    private static Optional<ErrorCode> refusalOfClient(GenerateRequest request) {
        try {
            request.check();
            return Optional.empty();
        } catch (RequestRefusedException e) {
            return Optional.of(e.code());
        }
    }

    private static Optional<ErrorCode> refusalOfDaemon(MemorySegment message) {
        RequestView view = new RequestView();
        try {
            view.wrap(message, Weve.payloadLength(message));
            view.check(RequestBounds.DEFAULT_PROMPT_BYTES);
            return Optional.empty();
        } catch (RequestRefusedException e) {
            return Optional.of(e.code());
        }
    }

    @Provide
    static Arbitrary<GenerateRequest> validRequests() {
        Arbitrary<Integer> sides = Arbitraries.integers().between(1, 28).map(n -> n * 64);
        Arbitrary<String> prompts =
                Arbitraries.strings()
                        .all()
                        .ofMinLength(1)
                        .ofMaxLength(80)
                        .map(CodecTest::withoutLoneSurrogates);
        return Combinators.combine(
                        Arbitraries.longs(),
                        sides,
                        sides,
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.floats().between(0, 20),
                        Arbitraries.longs(),
                        prompts,
                        prompts)
                .as(
                        (id, width, height, steps, cfg, seed, one, two) ->
                                new GenerateRequest(
                                        id, 0, width, height, steps, cfg, seed, one, two, one));
    }

    /** What UTF-8 cannot say becomes a question mark when it is encoded, here already. */
    private static String withoutLoneSurrogates(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
