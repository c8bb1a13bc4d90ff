package dev.unixsocket.ffi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Goes through all states that a model can come to. */
final class Interleavings {

    private Interleavings() {}

    /**
     * How many states nothing follows although they are no end.
     *
     * @param first where the model begins
     * @param next what can follow a state
     * @param isDone whether a state is an end
     */
    static <S> int stuck(S first, Function<S, List<S>> next, Predicate<S> isDone) {
        Set<S> seen = new HashSet<>(Set.of(first));
        Deque<S> left = new ArrayDeque<>(seen);
        int stuck = 0;
        while (!left.isEmpty()) {
            S state = left.pop();
            List<S> following = next.apply(state);
            stuck += following.isEmpty() && !isDone.test(state) ? 1 : 0;
            for (S one : following) {
                if (seen.add(one)) {
                    left.push(one);
                }
            }
        }
        return stuck;
    }
}
