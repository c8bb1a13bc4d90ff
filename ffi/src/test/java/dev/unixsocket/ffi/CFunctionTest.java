package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Every function is called with six whole numbers, whatever it takes of them. */
class CFunctionTest {

    private static final int REGISTERS = 6;

    private static final String DESCRIPTOR = "$descriptor";

    /** What fills one register, and is not for floating-point numbers. */
    private static boolean fillsARegister(MemoryLayout layout) {
        return layout instanceof ValueLayout value
                && value.carrier() != float.class
                && value.carrier() != double.class;
    }

    @ParameterizedTest
    @ValueSource(
            classes = {dev.unixsocket.ffi.linux.Libc.class, dev.unixsocket.ffi.macos.Libc.class})
    void everyFunctionOfTheBindingsTakesWhatFitsInThoseRegisters(Class<?> bindings)
            throws Exception {
        List<Method> descriptors =
                Stream.of(bindings.getMethods())
                        .filter(method -> method.getName().endsWith(DESCRIPTOR))
                        .toList();
        assertTrue(descriptors.size() > 40, "found " + descriptors);
        for (Method method : descriptors) {
            FunctionDescriptor function = (FunctionDescriptor) method.invoke(null);
            List<MemoryLayout> arguments = function.argumentLayouts();
            assertTrue(arguments.size() <= REGISTERS, method.getName());
            assertTrue(
                    arguments.stream().allMatch(CFunctionTest::fillsARegister), method.getName());
            assertTrue(
                    function.returnLayout().stream().allMatch(CFunctionTest::fillsARegister),
                    method.getName());
        }
    }

    @Test
    void aNegativeIntIsAnErrorNumberWhateverTheRestOfTheRegisterHolds() {
        assertEquals(-Errno.EBADF.number(), Syscalls.close(-1));
        assertEquals(-Errno.EBADF.number(), Syscalls.ftruncate(-1, 1L << 40));
    }

    @Test
    void aSegmentOnTheHeapIsRefusedWhereverItStands() {
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            assertThrows(IllegalArgumentException.class, () -> Syscalls.stat(heap, memory));
            assertThrows(IllegalArgumentException.class, () -> Syscalls.stat(memory, heap));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Syscalls.getsockopt(0, 0, 0, heap, memory));
            assertThrows(IllegalArgumentException.class, () -> Syscalls.read(0, heap, 1));
        }
    }

    @Test
    void memoryThatIsFreedOrAnotherThreadsIsRefusedWhereverItStands() throws Exception {
        MemorySegment freed;
        try (Arena arena = Arena.ofConfined()) {
            freed = arena.allocate(64);
        }
        assertThrows(IllegalStateException.class, () -> Syscalls.unlink(freed));
        assertThrows(IllegalStateException.class, () -> Syscalls.read(0, freed, 1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ofThisThread = arena.allocate(64);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other =
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, failure) -> thrown.set(failure))
                            .start(() -> Syscalls.unlink(ofThisThread));
            other.join();
            assertEquals(WrongThreadException.class, thrown.get().getClass());
        }
    }
}
