package io.apikit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service says of itself under {@code /metadata}. Every field must be there and not blank.
 *
 * <pre>{@code
 * ServiceMetadata.builder()
 *         .name("uservice-mymicroservice")
 *         .version("0.0.1")
 *         .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
 *         .description("My delightful microservice")
 *         .build()
 * }</pre>
 *
 * @param name the service's name
 * @param version the service's own version
 * @param repository where its source is
 * @param description what it does, in a line
 * @param apiVersion the version of its API, which is also a part of the path {@code /v{api_version}/metadata}: letters,
 *     digits and {@code . _ ~ + -} only
 */
public record ServiceMetadata(String name, String version, String repository, String description, String apiVersion) {
    private static final Pattern PATH_SEGMENT = Pattern.compile("[A-Za-z0-9._~+-]+");

    /**
     * Checks every field.
     *
     * @throws IllegalArgumentException for a null or blank field, naming it, or an apiVersion that cannot be in a path
     */
    public ServiceMetadata {
        present("name", name);
        present("version", version);
        present("repository", repository);
        present("description", description);
        present("apiVersion", apiVersion);
        if (!PATH_SEGMENT.matcher(apiVersion).matches()) {
            throw new IllegalArgumentException("apiVersion of the service metadata must be letters, digits or . _ ~ + -"
                    + ", since it is part of a path, but is \"" + apiVersion + "\"");
        }
    }

    /** Metadata field by field. */
    public static Builder builder() {
        return new Builder();
    }

    private static void present(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    field + " of the service metadata is " + (value == null ? "missing" : "blank"));
        }
    }

    /** Collects the fields; each but {@code apiVersion}, which is "1.0" by default, must be given. Not threadsafe. */
    public static final class Builder {
        private String name = "";
        private String version = "";
        private String repository = "";
        private String description = "";
        private String apiVersion = "1.0";

        private Builder() {}

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder version(String version) {
            this.version = version;
            return this;
        }

        public Builder repository(String repository) {
            this.repository = repository;
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        public Builder apiVersion(String apiVersion) {
            this.apiVersion = apiVersion;
            return this;
        }

        /**
         * The metadata.
         *
         * @throws IllegalArgumentException for a null or blank field, naming it
         */
        public ServiceMetadata build() {
            return new ServiceMetadata(name, version, repository, description, apiVersion);
        }
    }
}
