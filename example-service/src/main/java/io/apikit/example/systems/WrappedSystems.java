package io.apikit.example.systems;

import io.apikit.starter.FurtherBackend;
import io.apikit.starter.Service;

/** The systems that the example service wraps beside its own backend. */
public final class WrappedSystems {
    private WrappedSystems() {}

    /** Returns the service with all systems. Each one has routes if the settings have its address. */
    public static Service addTo(Service service) {
        return service.further(FurtherBackend.named("pele", "Pele", site -> new Pele(site.backend())))
                .further(FurtherBackend.named(
                                "firecrest", "FirecREST v1", site -> new Firecrest(site.backend(), site.tokenUrl()))
                        .clientCredentials())
                .further(FurtherBackend.named(
                                "firecrest-v2",
                                "FirecREST v2",
                                site -> new FirecrestV2(site.backend(), site.tokenUrl()))
                        .clientCredentials())
                .further(FurtherBackend.named("nasa", "The NASA course server", site -> new Nasa(site::backend))
                        .withoutAccount())
                .further(FurtherBackend.named(
                        "accelerator", "Altair Accelerator", site -> new Accelerator(site.backend())));
    }
}
