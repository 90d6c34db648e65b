package io.apikit.example.systems;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The systems that the service wraps beside its own backend: those that have an address. Immutable.
 *
 * @param tokenUri FirecREST's token endpoint, present if FirecREST is
 */
public record ConfiguredSystems(
        Optional<SystemSettings> pele,
        Optional<SystemSettings> firecrest,
        Optional<String> tokenUri,
        Optional<SystemSettings> nasa,
        Optional<SystemSettings> accelerator) {
    /** The prefixes of all systems. Those of systems without an address are reserved as well. */
    public static final List<String> PREFIXES = List.of(Pele.PREFIX, Firecrest.PREFIX, Nasa.PREFIX, Accelerator.PREFIX);

    /** Returns the systems that have an address, each with new backends. */
    public List<WrappedSystem> wrapped() {
        return Stream.<Optional<WrappedSystem>>of(
                        pele.map(site -> new Pele(site.backend())),
                        firecrest.map(site -> new Firecrest(site.backend(), tokenUri.orElseThrow())),
                        nasa.map(site -> new Nasa(site::backend)),
                        accelerator.map(site -> new Accelerator(site.backend())))
                .flatMap(Optional::stream)
                .toList();
    }
}
