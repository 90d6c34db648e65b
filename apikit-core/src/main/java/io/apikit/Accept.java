package io.apikit;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The media ranges of an Accept header and how much each is wanted, 0 to 1 (RFC 9110, section 12.5.1). */
final class Accept {
    private final Map<String, Double> qualities = new HashMap<>();

    Accept(List<String> headerValues) {
        for (var value : headerValues) {
            for (var range : value.split(",", -1)) {
                add(range.toLowerCase(Locale.ROOT).split(";", -1));
            }
        }
    }

    private void add(String[] parts) {
        var quality = 1.0;
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip();
            quality = parameter.startsWith("q=") ? number(parameter.substring(2)) : quality;
        }
        qualities.merge(parts[0].strip(), quality, Math::max);
    }

    /** An unreadable quality counts as not wanted. */
    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** How much this type is wanted by its own name, wildcards aside. */
    double named(String type) {
        return qualities.getOrDefault(type, 0.0);
    }

    /** How much this type is wanted, by the range that fits it best. */
    double quality(String type) {
        var anyOfItsKind = type.substring(0, type.indexOf('/')) + "/*";
        return qualities.getOrDefault(type, qualities.getOrDefault(anyOfItsKind, qualities.getOrDefault("*/*", 0.0)));
    }
}
