package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Every public call of every type that owns a descriptor, with arguments that cannot be: each is
 * refused by a sentence of this library's, leaves no descriptor behind and the object of use. The
 * calls are found by reflection, so that a new one is tested too.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryCallTest {

    private static final Set<String> AS_THE_JDK_HAS_IT =
            Set.of(
                    "UnixSocket.bind(SocketAddress) argument 1",
                    "UnixSocket.connect(SocketAddress) argument 1",
                    "UnixSocket.connect(SocketAddress, int) argument 1",
                    "UnixServerSocket.bind(SocketAddress) argument 1",
                    "UnixServerSocket.bind(SocketAddress, int) argument 1");

    @TempDir Path folder;

    private long before;

    /** The JDK opens a socket for itself when the first of its own classes is used. */
    @BeforeAll
    static void useTheClassesOfTheJdk() throws IOException {
        new ServerSocket().close();
    }

    @BeforeEach
    void countDescriptors() throws IOException {
        before = Messages.openDescriptors();
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        Connected.assertNoneIsLeft(before, Messages.openDescriptors());
    }

    private static String name(Executable call) {
        String types =
                Stream.of(call.getParameterTypes())
                        .map(Class::getSimpleName)
                        .reduce((all, next) -> all + ", " + next)
                        .orElse("");
        return "%s.%s(%s)"
                .formatted(
                        call.getDeclaringClass().getSimpleName(),
                        call instanceof Constructor ? "new" : call.getName(),
                        types);
    }

    /** What the call throws; null if it returns. What it makes is closed. */
    private static Throwable failure(Executable call, Object target, Object[] arguments)
            throws Exception {
        try {
            Object made =
                    call instanceof Method method
                            ? method.invoke(target, arguments)
                            : ((Constructor<?>) call).newInstance(arguments);
            if (made instanceof Closeable owned && made != target) {
                owned.close();
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    /** A value for an argument of a call, which cannot be. */
    private interface BadValue {
        Object instead(Executable call, Object good);
    }

    /** Makes each call of the type with one bad argument after another. */
    private void refuses(CallTarget type, Set<String> except, BadValue bad, Predicate<Throwable> as)
            throws Exception {
        Set<String> wrong = new TreeSet<>();
        for (Executable call : type.calls()) {
            for (int i = 0; i < call.getParameterCount(); i++) {
                String argument = name(call) + " argument " + (i + 1);
                try (CallTarget.Fixture fixture = type.open(folder)) {
                    Object[] arguments = fixture.arguments(call);
                    Object good = arguments[i];
                    arguments[i] = bad.instead(call, good);
                    if (arguments[i] != good && !except.contains(argument)) {
                        Throwable failure = failure(call, fixture.target(), arguments);
                        if (failure == null || !as.test(failure) || isOfTheJvm(failure)) {
                            wrong.add(argument + ": " + failure);
                        }
                        if (!fixture.isUsable()) {
                            wrong.add(argument + " changed something: " + failure);
                        }
                    }
                    closeAll(good);
                    closeAll(arguments);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    /** Without a sentence, or with one of the JVM's about a variable. */
    private static boolean isOfTheJvm(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.startsWith("Cannot ");
    }

    private static void closeAll(Object... objects) throws IOException {
        for (Object object : objects) {
            if (object instanceof Closeable owned) {
                owned.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nullIsRefusedByTheNameOfTheArgument(CallTarget type) throws Exception {
        refuses(
                type,
                AS_THE_JDK_HAS_IT,
                (call, good) -> good instanceof Number || good instanceof Boolean ? good : null,
                NullPointerException.class::isInstance);
    }

    /** Of types that own no descriptor, or are made by a call which is tested here. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                Accounts.class,
                Address.class,
                Datagrams.class,
                ExtendedAttributes.class,
                FileAccess.class,
                LockFile.class,
                PathBytes.class,
                RegularFile.class,
                RuntimeDirectory.class,
                SocketPair.class,
                SocketProbe.class,
                UnixSocketFactory.class,
                Waiting.class
            })
    void nullIsRefusedWhereverAnObjectIsMade(Class<?> type) throws Exception {
        Set<String> wrong = new TreeSet<>();
        try (CallTarget.Fixture fixture = CallTarget.OPEN_FILE.open(folder)) {
            for (Executable call : CallTarget.makers(type)) {
                for (int i = 0; i < call.getParameterCount(); i++) {
                    Object[] arguments = fixture.arguments(call);
                    if (!call.getParameterTypes()[i].isPrimitive()) {
                        arguments[i] = null;
                        Throwable failure = failure(call, null, arguments);
                        if (!(failure instanceof NullPointerException) || isOfTheJvm(failure)) {
                            wrong.add(name(call) + " argument " + (i + 1) + ": " + failure);
                        }
                    }
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    @ParameterizedTest
    @EnumSource
    void nullInsideOfAnArrayIsRefusedToo(CallTarget type) throws Exception {
        refuses(
                type,
                Set.of(),
                (call, good) ->
                        switch (good) {
                            case ByteBuffer[] _ -> new ByteBuffer[1];
                            case HasDescriptor[] _ -> new HasDescriptor[1];
                            case MemorySegment[] _ -> new MemorySegment[1];
                            default -> good;
                        },
                NullPointerException.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource
    void numbersAndTimesBelowZeroAreRefused(CallTarget type) throws Exception {
        refuses(
                type,
                Set.of(),
                (call, good) ->
                        switch (good) {
                            case Integer _ when !call.getName().equals("setOption") -> -1;
                            case Long _ -> -1L;
                            case Duration _ -> Duration.ofNanos(-1);
                            default -> good;
                        },
                failure ->
                        failure instanceof IllegalArgumentException
                                || failure instanceof IndexOutOfBoundsException
                                || failure instanceof IOException);
    }

    /** What the caller's arena has freed must never reach the kernel. */
    @ParameterizedTest
    @EnumSource
    void memoryThatIsFreedIsRefused(CallTarget type) throws Exception {
        MemorySegment freed;
        try (Arena gone = Arena.ofConfined()) {
            freed = gone.allocate(64);
        }
        refuses(type, Set.of(), bytes(freed), IllegalStateException.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource
    void memoryOfAnotherThreadIsRefused(CallTarget type) throws Exception {
        MemorySegment[] confined = new MemorySegment[1];
        Thread.ofPlatform().start(() -> confined[0] = Arena.ofConfined().allocate(64)).join();
        refuses(type, Set.of(), bytes(confined[0]), WrongThreadException.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource
    void segmentsOnTheHeapAreRefused(CallTarget type) throws Exception {
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        refuses(type, Set.of(), segments(heap), IllegalArgumentException.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource
    void partsThatReachBeyondTheirMemoryAreRefused(CallTarget type) throws Exception {
        refuses(
                type,
                Set.of(),
                (call, good) ->
                        good instanceof Long && takes(call, MemorySegment.class)
                                ? (Object) 65L
                                : good instanceof Integer && takes(call, byte[].class) ? 9 : good,
                IndexOutOfBoundsException.class::isInstance);
    }

    private static boolean takes(Executable call, Class<?> type) {
        return List.of(call.getParameterTypes()).contains(type);
    }

    @ParameterizedTest
    @EnumSource
    void readOnlyMemoryIsNotFilled(CallTarget type) throws Exception {
        MemorySegment readOnly = Arena.ofAuto().allocate(64).asReadOnly();
        refuses(
                type,
                Set.of(),
                (call, good) ->
                        call.getName().matches("(read|receive|peek).*")
                                ? bytes(readOnly).instead(call, good)
                                : good,
                IllegalArgumentException.class::isInstance);
    }

    /** A segment instead of another, or as the memory of a {@code ByteBuffer}. */
    private static BadValue bytes(MemorySegment bad) {
        return (call, good) ->
                switch (good) {
                    case ByteBuffer _ -> bad.asByteBuffer();
                    case ByteBuffer[] _ -> new ByteBuffer[] {bad.asByteBuffer()};
                    default -> segments(bad).instead(call, good);
                };
    }

    private static BadValue segments(MemorySegment bad) {
        return (call, good) ->
                switch (good) {
                    case MemorySegment _ -> bad;
                    case MemorySegment[] some -> new MemorySegment[] {some[0], bad};
                    default -> good;
                };
    }

    @ParameterizedTest
    @EnumSource
    void whatIsClosedSaysSo(CallTarget type) throws Exception {
        Set<String> wrong = new TreeSet<>();
        for (Executable call : type.calls()) {
            if (Modifier.isStatic(call.getModifiers()) || call instanceof Constructor) {
                continue;
            }
            try (CallTarget.Fixture fixture = type.open(folder)) {
                fixture.target().close();
                Object[] arguments = fixture.arguments(call);
                Throwable failure = failure(call, fixture.target(), arguments);
                closeAll(arguments);
                if (type.isRefusedWhenClosed(call)
                        ? !type.saysThatItIsClosed(failure)
                        : failure instanceof RuntimeException && isOfTheJvm(failure)) {
                    wrong.add(name(call) + ": " + failure);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }
}
