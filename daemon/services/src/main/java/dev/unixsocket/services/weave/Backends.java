package dev.unixsocket.services.weave;

import java.util.List;
import java.util.ServiceConfigurationError;
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
            case 1 -> () -> make(found.getFirst());
            default ->
                    throw new IllegalStateException(
                            "more than one backend is on the module path: "
                                    + found.stream().map(p -> p.type().getName()).toList());
        };
    }

    private static GenerateBackend make(Provider<GenerateBackend> provider) {
        try {
            return provider.get();
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException(
                    "the backend "
                            + provider.type().getName()
                            + " could not be made: "
                            + (e.getCause() == null ? e.getMessage() : e.getCause()),
                    e);
        }
    }
}
