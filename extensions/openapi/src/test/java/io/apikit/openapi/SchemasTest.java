package io.apikit.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schemas of Java types, as Jackson writes them. */
class SchemasTest {
    private static final ObjectMapper PLAIN = DescriptionSettings.DEFAULTS.mapper();

    enum State {
        RUNNING,
        @JsonProperty("finished")
        DONE
    }

    enum Level {
        LOW,
        HIGH;

        @JsonValue
        String text() {
            return name().charAt(0) + "";
        }
    }

    record Tree(String name, List<Tree> children, @Nullable Tree parent) {}

    record Page<T>(List<T> items, int total) {}

    record Item(String itemName) {}

    record Named(
            @JsonProperty("x_y") int value,
            @JsonIgnore String hidden,
            @JsonPropertyDescription("In seconds.") double age) {}

    record Absent(String always, @Nullable String maybe, Optional<Integer> optional, OptionalInt number) {}

    @SuppressWarnings("ArrayRecordComponent") // Authors do that, and the description shows it.
    record Values(
            boolean flag,
            long big,
            float small,
            BigDecimal exact,
            byte[] raw,
            Object any,
            JsonNode json,
            Map<String, Item> byName,
            Map<String, Object> free,
            String[] texts) {}

    record Times(Instant at, LocalDate day, Duration took, UUID id, URI link) {}

    record Enums(State state, Level level) {}

    /** Returns the schemas that others refer to. */
    private static JsonNode definitions(ObjectMapper mapper, Type type) {
        var schemas = new Schemas(mapper);
        schemas.of(type);
        return schemas.definitions();
    }

    private static String property(JsonNode schema, String name) {
        return schema.path("properties").path(name).toString();
    }

    private static List<String> required(JsonNode schema) {
        return PLAIN.convertValue(schema.path("required"), new TypeReference<>() {});
    }

    @Test
    void recordIsAnObjectWithItsComponentsInOrder() {
        var schema = definitions(PLAIN, Named.class).path("Named");

        assertThat(schema.path("type").asText()).isEqualTo("object");
        assertThat(schema.path("properties").fieldNames()).toIterable().containsExactly("x_y", "age");
        assertThat(property(schema, "age"))
                .isEqualTo("{\"type\":\"number\",\"format\":\"double\",\"description\":\"In seconds.\"}");
    }

    @Test
    void whatMayBeNullIsNotRequired() {
        var schema = definitions(PLAIN, Absent.class).path("Absent");

        assertThat(required(schema)).containsExactly("always");
        assertThat(property(schema, "maybe")).isEqualTo("{\"type\":[\"string\",\"null\"]}");
        assertThat(property(schema, "optional")).isEqualTo("{\"type\":[\"integer\",\"null\"],\"format\":\"int32\"}");
        assertThat(property(schema, "number")).isEqualTo(property(schema, "optional"));
    }

    @Test
    void recursiveRecordRefersToItself() {
        var schema = definitions(PLAIN, Tree.class).path("Tree");

        assertThat(property(schema, "children"))
                .isEqualTo("{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Tree\"}}");
        assertThat(property(schema, "parent"))
                .isEqualTo("{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#/components/schemas/Tree\"}]}");
    }

    @Test
    void genericTypesAreNamedAfterTheirArguments() {
        var definitions = definitions(PLAIN, new TypeReference<Page<Item>>() {}.getType());

        assertThat(definitions.fieldNames()).toIterable().containsExactly("Item", "PageOfItem");
        assertThat(property(definitions.path("PageOfItem"), "items"))
                .isEqualTo("{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Item\"}}");
    }

    @Test
    void valuesHaveTheirTypesAndFormats() {
        var schema = definitions(PLAIN, Values.class).path("Values");

        assertThat(property(schema, "flag")).isEqualTo("{\"type\":\"boolean\"}");
        assertThat(property(schema, "big")).isEqualTo("{\"type\":\"integer\",\"format\":\"int64\"}");
        assertThat(property(schema, "small")).isEqualTo("{\"type\":\"number\",\"format\":\"float\"}");
        assertThat(property(schema, "exact")).isEqualTo("{\"type\":\"number\"}");
        assertThat(property(schema, "raw")).isEqualTo("{\"type\":\"string\",\"contentEncoding\":\"base64\"}");
        assertThat(property(schema, "any")).isEqualTo("{}");
        assertThat(property(schema, "json")).isEqualTo("{}");
        assertThat(property(schema, "byName"))
                .isEqualTo("{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/components/schemas/Item\"}}");
        assertThat(property(schema, "free")).isEqualTo("{\"type\":\"object\",\"additionalProperties\":{}}");
        assertThat(property(schema, "texts")).isEqualTo("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
    }

    @Test
    void timesAreTextUnlessTheMapperWritesNumbers() {
        var schema = definitions(PLAIN, Times.class).path("Times");

        assertThat(property(schema, "at")).isEqualTo("{\"type\":\"string\",\"format\":\"date-time\"}");
        assertThat(property(schema, "day")).isEqualTo("{\"type\":\"string\",\"format\":\"date\"}");
        assertThat(property(schema, "took")).isEqualTo("{\"type\":\"string\",\"format\":\"duration\"}");
        assertThat(property(schema, "id")).isEqualTo("{\"type\":\"string\",\"format\":\"uuid\"}");
        assertThat(property(schema, "link")).isEqualTo("{\"type\":\"string\",\"format\":\"uri\"}");
        var numbers = new ObjectMapper().enable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        assertThat(property(definitions(numbers, Times.class).path("Times"), "at"))
                .isEqualTo("{\"type\":\"number\"}");
    }

    @Test
    void enumsHaveTheWordsThatJacksonWrites() {
        var definitions = definitions(PLAIN, Enums.class);

        assertThat(definitions.findValue("State").path("enum").toString()).isEqualTo("[\"RUNNING\",\"finished\"]");
        assertThat(definitions.findValue("Level").path("enum").toString()).isEqualTo("[\"L\",\"H\"]");
    }

    @Test
    void namesFollowTheStrategyOfTheMapper() {
        var snakes = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        var schema = definitions(snakes, Item.class).path("Item");

        assertThat(required(schema)).containsExactly("item_name");
    }

    @Test
    void twoTypesOfOneNameAreKeptApart() {
        record Holder(Item one, Other.Item other) {}
        var definitions = definitions(PLAIN, Holder.class);

        assertThat(definitions.fieldNames()).toIterable().hasSize(3);
        assertThat(definitions.toString()).contains("\"itemName\"").contains("\"otherName\"");
    }

    /** Has another type of the same simple name. */
    static final class Other {
        record Item(int otherName) {}

        private Other() {}
    }
}
