package io.apikit.openapi;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfig;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of Java types as Jackson writes them (JSON Schema 2020-12, which OpenAPI 3.1 uses). A property is required and
 * not null unless its type is {@code Optional}, or it has an annotation named {@code Nullable}. Not threadsafe.
 */
final class Schemas {
    private static final Set<Class<?>> MOMENTS =
            Set.of(Instant.class, OffsetDateTime.class, ZonedDateTime.class, LocalDateTime.class, Date.class);

    /** Type and format of the value of an optional number. */
    private static final Map<Class<?>, List<String>> OPTIONAL_NUMBERS = Map.of(
            OptionalInt.class, List.of("integer", "int32"),
            OptionalLong.class, List.of("integer", "int64"),
            OptionalDouble.class, List.of("number", "double"));

    private final SchemaBuilder builder;

    Schemas(ObjectMapper mapper) {
        this.builder = new SchemaGenerator(config(mapper)).buildMultipleSchemaDefinitions();
    }

    /** Returns the schema of a type: a reference for a record or class, which {@link #definitions} then has. */
    ObjectNode of(Type type) {
        return builder.createSchemaReference(type);
    }

    /** Returns the schemas that others refer to, by name. Called once, after the last {@link #of}. */
    ObjectNode definitions() {
        return builder.collectDefinitions("components/schemas");
    }

    private static SchemaGeneratorConfig config(ObjectMapper mapper) {
        var config = new SchemaGeneratorConfigBuilder(
                        new ObjectMapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(
                        Option.EXTRA_OPEN_API_FORMAT_VALUES,
                        Option.PLAIN_DEFINITION_KEYS,
                        Option.FLATTENED_OPTIONALS,
                        Option.INLINE_NULLABLE_SCHEMAS,
                        Option.DEFINITIONS_FOR_ALL_OBJECTS,
                        Option.DEFINITION_FOR_MAIN_SCHEMA)
                .without(Option.SCHEMA_VERSION_INDICATOR)
                .with(new JacksonModule(
                        JacksonOption.RESPECT_JSONPROPERTY_ORDER,
                        JacksonOption.INCLUDE_ONLY_JSONPROPERTY_ANNOTATED_METHODS));
        config.forFields()
                .withNullableCheck(Schemas::isNullable)
                .withRequiredCheck(field -> !isOptional(field))
                .withPropertyNameOverrideResolver(field -> named(field, mapper));
        config.forTypesInGeneral()
                .withPropertySorter((unused1, unused2) -> 0) // as declared, which is how Jackson writes them
                .withDefinitionNamingStrategy((key, context) -> name(key.getType()))
                .withCustomDefinitionProvider(Schemas::map)
                .withCustomDefinitionProvider((type, context) -> special(type.getErasedType(), mapper));
        return config.build();
    }

    /** Returns the simple name, and those of the arguments: {@code Page<Job>} is {@code PageOfJob}. */
    private static String name(ResolvedType type) {
        var arguments = type.getTypeParameters().stream().map(Schemas::name).collect(Collectors.joining("And"));
        return type.getErasedType().getSimpleName() + (arguments.isEmpty() ? "" : "Of" + arguments);
    }

    /** Returns the schema of a map, of whose values it says the type, whatever the type of its keys; null for no map. */
    private static @Nullable CustomDefinition map(ResolvedType type, SchemaGenerationContext context) {
        if (!type.isInstanceOf(Map.class)) {
            return null;
        }
        var node = JsonNodeFactory.instance.objectNode().put("type", "object");
        var arguments = type.typeParametersFor(Map.class);
        if (arguments != null && arguments.size() == 2) {
            node.set("additionalProperties", context.createDefinitionReference(arguments.get(1)));
        }
        return inline(node);
    }

    /** Returns the schema of a type that Jackson does not write as the sum of its fields; null for any other. */
    private static @Nullable CustomDefinition special(Class<?> type, ObjectMapper mapper) {
        var node = JsonNodeFactory.instance.objectNode();
        if (type.isEnum()) {
            node.put("type", "string").set("enum", mapper.valueToTree(type.getEnumConstants()));
            return new CustomDefinition(node);
        }
        if (JsonNode.class.isAssignableFrom(type) || type == Object.class) {
            return inline(node);
        }
        if (type == byte[].class) {
            return inline(node.put("type", "string").put("contentEncoding", "base64"));
        }
        var number = OPTIONAL_NUMBERS.get(type);
        if (number != null) {
            node.putArray("type").add(number.get(0)).add("null");
            return inline(node.put("format", number.get(1)));
        }
        if (MOMENTS.contains(type)) {
            return inline(
                    mapper.isEnabled(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                            ? node.put("type", "number")
                            : node.put("type", "string").put("format", "date-time"));
        }
        return null;
    }

    private static CustomDefinition inline(ObjectNode node) {
        return new CustomDefinition(node, true);
    }

    private static boolean isOptional(FieldScope field) {
        return isNullable(field) || isOptional(field.getRawMember().getType());
    }

    private static boolean isOptional(Class<?> type) {
        return type == Optional.class || OPTIONAL_NUMBERS.containsKey(type);
    }

    /** An annotation of the type itself, such as that of JSpecify, is none of the field. */
    private static boolean isNullable(FieldScope field) {
        var member = field.getRawMember();
        return !field.isFakeContainerItemScope()
                && Stream.of(member.getAnnotations(), member.getAnnotatedType().getAnnotations())
                        .flatMap(Stream::of)
                        .map(Annotation::annotationType)
                        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }

    /** Returns the name by the mapper's naming strategy; null for Jackson's own rules. */
    private static @Nullable String named(FieldScope field, ObjectMapper mapper) {
        PropertyNamingStrategy strategy = mapper.getPropertyNamingStrategy();
        return strategy == null
                ? null
                : strategy.nameForField(mapper.getSerializationConfig(), null, field.getDeclaredName());
    }
}
