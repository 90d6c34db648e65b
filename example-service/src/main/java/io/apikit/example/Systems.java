package io.apikit.example;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    /**
     * Reads them.
     *
     * @throws BadConfiguration for the first that cannot be used
     */
    static Systems from(Map<String, String> environment) {
        var sites = new Sites(environment);
        return new Systems(sites.pele(), sites.firecrest(), sites.tokenUri(), sites.nasa(), sites.accelerator());
    }

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

    /** Stand-ins for all others, starting at the same time. */
    List<CompletableFuture<StandIn>> standIns() {
        return Stream.of(
                        StandIn.unless(pele, StandIn::pele),
                        StandIn.unless(firecrest, StandIn::firecrest),
                        StandIn.unless(nasa, StandIn::nasa),
                        StandIn.unless(accelerator, StandIn::accelerator))
                .flatMap(Optional::stream)
                .toList();
    }
}
