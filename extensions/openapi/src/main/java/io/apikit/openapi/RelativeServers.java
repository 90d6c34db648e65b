package io.apikit.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The route prefixes as servers, relative to the description: so they are right behind a proxy too, whatever it puts in
 * front of the path. The prefix that the description itself is below comes first. Immutable.
 */
final class RelativeServers {
    private final String documentPath;
    private final Set<String> prefixes;

    RelativeServers(String documentPath, Set<String> prefixes) {
        this.documentPath = documentPath;
        this.prefixes = Set.copyOf(prefixes);
    }

    ArrayNode all() {
        return of(prefixes);
    }

    boolean areThoseOf(Set<String> others) {
        return prefixes.equals(others);
    }

    ArrayNode of(Collection<String> some) {
        var servers = JsonNodeFactory.instance.arrayNode();
        some.stream()
                .sorted(Comparator.comparing((String prefix) -> isOfDocument(prefix) ? -prefix.length() : 1)
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(prefix -> servers.addObject().put("url", relative(prefix)));
        return servers;
    }

    private boolean isOfDocument(String prefix) {
        return documentPath.startsWith(prefix + "/");
    }

    /** Returns the reference that leads from the description to the prefix (RFC 3986, section 4.2), without a slash at its end. */
    private String relative(String prefix) {
        var from = segments(documentPath.substring(0, documentPath.lastIndexOf('/')));
        var to = segments(prefix);
        var common = 0;
        while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
            common++;
        }
        var up = Stream.generate(() -> "..").limit(from.size() - common);
        var steps = Stream.concat(up, to.stream().skip(common)).toList();
        return steps.isEmpty() || !steps.get(0).equals("..")
                ? String.join("/", prepended(steps))
                : String.join("/", steps);
    }

    private static List<String> prepended(List<String> steps) {
        return Stream.concat(Stream.of("."), steps.stream()).toList();
    }

    private static List<String> segments(String path) {
        return Stream.of(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
    }
}
