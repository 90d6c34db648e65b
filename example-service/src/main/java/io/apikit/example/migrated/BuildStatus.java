package io.apikit.example.migrated;

import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import io.apikit.starter.Service;

/** The service {@code uservice-buildstatus}: the state of a job of a Jenkins, in Jenkins's own JSON. Callers send Basic. */
public final class BuildStatus {
    static final Service SERVICE = Service.named(ServiceMetadata.builder()
                    .name("uservice-buildstatus")
                    .version("1.0.0")
                    .repository("https://github.com/sqre-lsst/sqre-uservice-buildstatus")
                    .description("API wrapper for build status")
                    .build())
            .backend("https://ci.lsst.codes")
            .auth(Authenticator.basic())
            .routePrefixes("/", "/buildstatus", "/bldstatus")
            .get(
                    "/{buildname}",
                    (session, ctx) ->
                            session.stream(BackendRequest.get("/job/{}/api/json", ctx.pathParam("buildname")), ctx));

    private BuildStatus() {}

    /** Runs the service. */
    public static void main(String... args) {
        SERVICE.main(args);
    }
}
