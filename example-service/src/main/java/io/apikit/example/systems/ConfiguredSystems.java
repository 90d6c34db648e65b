package io.apikit.example.systems;

import io.apikit.auth.Backend;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The systems that the service wraps beside its own backend: those that have an address. Immutable.
 *
 * @param tokenUri the token endpoint of both versions of FirecREST, present if one of them is
 */
public record ConfiguredSystems(
        Optional<SystemSettings> pele,
        Optional<SystemSettings> firecrest,
        Optional<SystemSettings> firecrestV2,
        Optional<String> tokenUri,
        Optional<SystemSettings> nasa,
        Optional<SystemSettings> accelerator) {
    /** The prefixes of all systems. Those of systems without an address are reserved as well. */
    public static final List<String> PREFIXES = 
            List.of(Pele.PREFIX, Firecrest.PREFIX, FirecrestV2.PREFIX, Nasa.PREFIX, Accelerator.PREFIX);

    /** Returns the systems that have an address, each with new backends that share nothing with other replicas. */
    public List<WrappedSystem> wrapped() {
        return wrapped(UnaryOperator.identity());
    }

    /**
     * Returns the systems that have an address, each with new backends.
     *
     * @param sharing adds what the replicas of the service share to each backend
     */
    public List<WrappedSystem> wrapped(UnaryOperator<Backend.Builder> sharing) {
        return Stream.<Optional<WrappedSystem>>of(
                        pele.map(site -> new Pele(sharing.apply(site.backend()))),
                        firecrest.map(site -> new Firecrest(sharing.apply(site.backend()), tokenUri.orElseThrow())),
                        firecrestV2.map(
                                site -> new FirecrestV2(sharing.apply(site.backend()), tokenUri.orElseThrow())),
                        nasa.map(site -> new Nasa(() -> sharing.apply(site.backend()))),
                        accelerator.map(site -> new Accelerator(sharing.apply(site.backend()))))
                .flatMap(Optional::stream)
                .toList();
    }
}
