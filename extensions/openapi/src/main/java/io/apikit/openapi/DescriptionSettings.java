package io.apikit.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an author has said of the API. Immutable. */
record DescriptionSettings(
        List<RouteDescription> routes,
        List<Tag> tags,
        List<SecurityScheme> callers,
        Optional<String> license,
        boolean showsOperations,
        ObjectMapper mapper) {
    static final DescriptionSettings DEFAULTS = new DescriptionSettings(
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            true,
            new ObjectMapper().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));

    /** The text of a tag. */
    record Tag(String name, String description) {}

    DescriptionSettings plus(RouteDescription route) {
        if (routes.stream().anyMatch(other -> other.key().equals(route.key()))) {
            throw new IllegalArgumentException(
                    "the route " + route.key() + " is described twice: remove one of the two");
        }
        return new DescriptionSettings(plus(routes, route), tags, callers, license, showsOperations, mapper);
    }

    DescriptionSettings plus(Tag tag) {
        return new DescriptionSettings(routes, plus(tags, tag), callers, license, showsOperations, mapper);
    }

    DescriptionSettings plus(SecurityScheme scheme) {
        return new DescriptionSettings(routes, tags, plus(callers, scheme), license, showsOperations, mapper);
    }

    DescriptionSettings licensed(String spdx) {
        return new DescriptionSettings(routes, tags, callers, Optional.of(spdx), showsOperations, mapper);
    }

    DescriptionSettings operations(boolean shown) {
        return new DescriptionSettings(routes, tags, callers, license, shown, mapper);
    }

    DescriptionSettings json(ObjectMapper changed) {
        return new DescriptionSettings(routes, tags, callers, license, showsOperations, changed);
    }

    private static <T> List<T> plus(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
