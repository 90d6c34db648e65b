package io.apikit.example;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The systems wrapped beside the technote's service: those that have an address. Immutable.
 *
 * @param tokenUri FirecREST's token endpoint; there if FirecREST is
 */
record Systems(
        Optional<Site> pele,
        Optional<Site> firecrest,
        Optional<String> tokenUri,
        Optional<Site> nasa,
        Optional<Site> accelerator) {
    /** The wrappers of these. */
    List<Wrapper> wrappers() {
        return Stream.<Optional<Wrapper>>of(
                        pele.map(site -> new Pele(site.backend())),
                        firecrest.map(site -> new Firecrest(site.backend(), tokenUri.orElseThrow())),
                        nasa.map(site -> new Nasa(site.backend())),
                        accelerator.map(site -> new Accelerator(site.backend())))
                .flatMap(Optional::stream)
                .toList();
    }
}
