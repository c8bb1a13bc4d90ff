package dev.unixsocket.daemon.weave;

import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.function.Supplier;

/** Finds what computes the pictures. */
final class Backends {

    private Backends() {}

    /**
     * The backend on the module path, or the test pattern where there is none.
     *
     * @throws IllegalStateException if there is more than one
     */
    static Supplier<GenerateBackend> find() {
        List<Provider<GenerateBackend>> found =
                ServiceLoader.load(GenerateBackend.class).stream().toList();
        return switch (found.size()) {
            case 0 -> TestPattern::new;
            case 1 -> found.getFirst();
            default ->
                    throw new IllegalStateException(
                            "more than one backend is on the module path: "
                                    + found.stream().map(p -> p.type().getName()).toList());
        };
    }
}
