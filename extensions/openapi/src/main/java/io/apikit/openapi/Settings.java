package io.apikit.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an author has said of the API. Immutable. */
record Settings(
        List<RouteDescription> routes,
        List<Tag> tags,
        List<SecurityScheme> callers,
        Optional<String> license,
        boolean showsOperations,
        ObjectMapper mapper) {
    static final Settings DEFAULTS = new Settings(
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            true,
            new ObjectMapper().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));

    /** The text of a tag. */
    record Tag(String name, String description) {}

    Settings plus(RouteDescription route) {
        if (routes.stream().anyMatch(other -> other.key().equals(route.key()))) {
            throw new IllegalArgumentException(
                    "the route " + route.key() + " is described twice: remove one of the two");
        }
        return new Settings(plus(routes, route), tags, callers, license, showsOperations, mapper);
    }

    Settings plus(Tag tag) {
        return new Settings(routes, plus(tags, tag), callers, license, showsOperations, mapper);
    }

    Settings plus(SecurityScheme scheme) {
        return new Settings(routes, tags, plus(callers, scheme), license, showsOperations, mapper);
    }

    Settings licensed(String spdx) {
        return new Settings(routes, tags, callers, Optional.of(spdx), showsOperations, mapper);
    }

    Settings operations(boolean shown) {
        return new Settings(routes, tags, callers, license, shown, mapper);
    }

    Settings json(ObjectMapper changed) {
        return new Settings(routes, tags, callers, license, showsOperations, changed);
    }

    private static <T> List<T> plus(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
