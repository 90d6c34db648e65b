package io.apikit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The description of a service under {@code /metadata}. Every field is required and must not be blank.
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
 * @param repository the address of its source
 * @param description what it does, in one line
 * @param apiVersion the version of its API, which is also a part of the path {@code /v{api_version}/metadata}: letters,
 *     digits and {@code . _ ~ + -} only
 */
public record ServiceMetadata(String name, String version, String repository, String description, String apiVersion) {
    private static final Pattern PATH_SEGMENT = Pattern.compile("[A-Za-z0-9._~+-]+");

    /**
     * Metadata with every field checked.
     *
     * @throws IllegalArgumentException for a null or blank field, naming it, or an apiVersion that cannot be in a path
     */
    public ServiceMetadata {
        requireText("name", name);
        requireText("version", version);
        requireText("repository", repository);
        requireText("description", description);
        requireText("apiVersion", apiVersion);
        if (!PATH_SEGMENT.matcher(apiVersion).matches()) {
            throw new IllegalArgumentException("apiVersion of the service metadata must be letters, digits or . _ ~ + -"
                    + ", since it is part of a path, but is \"" + apiVersion + "\"");
        }
    }

    /** Returns a builder without values. */
    public static Builder builder() {
        return new Builder();
    }

    private static void requireText(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    field + " of the service metadata is " + (value == null ? "missing" : "blank"));
        }
    }

    /** Builds metadata. Every field is required but {@code apiVersion}, which is "1.0" by default. Not thread-safe. */
    public static final class Builder {
        private String name = "";
        private String version = "";
        private String repository = "";
        private String description = "";
        private String apiVersion = "1.0";

        private Builder() {}

        /** Sets the service's name. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets the service's own version. */
        public Builder version(String version) {
            this.version = version;
            return this;
        }

        /** Sets the address of its source. */
        public Builder repository(String repository) {
            this.repository = repository;
            return this;
        }

        /** Sets what the service does, in one line. */
        public Builder description(String description) {
            this.description = description;
            return this;
        }

        /** Sets the version of its API, which is a part of the path {@code /v{api_version}/metadata}. */
        public Builder apiVersion(String apiVersion) {
            this.apiVersion = apiVersion;
            return this;
        }

        /**
         * Returns the metadata.
         *
         * @throws IllegalArgumentException for a null or blank field, naming it
         */
        public ServiceMetadata build() {
            return new ServiceMetadata(name, version, repository, description, apiVersion);
        }
    }
}
