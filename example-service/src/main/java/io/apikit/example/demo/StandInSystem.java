package io.apikit.example.demo;

import io.apikit.auth.Backend;
import io.apikit.example.systems.Accelerator;
import io.apikit.example.systems.Firecrest;
import io.apikit.example.systems.FirecrestV2;
import io.apikit.example.systems.Nasa;
import io.apikit.example.systems.Pele;
import io.apikit.starter.Settings;
import io.apikit.starter.WrappedSystem;
import io.apikit.testkit.systems.FakeAccelerator;
import io.apikit.testkit.systems.FakeFirecrest;
import io.apikit.testkit.systems.FakeFirecrestV2;
import io.apikit.testkit.systems.FakeNasa;
import io.apikit.testkit.systems.FakePele;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A wrapped system of the demo that has no address: a fake with a user of its own takes its place.
 *
 * @param wrapped the system, in front of the fake
 * @param path a path of the service to try with GET
 */
public record StandInSystem(WrappedSystem wrapped, AutoCloseable fake, String user, String password, String path)
        implements WrappedSystem {
    private static final String SECRET = DemoBackend.USERS.get(0).password();

    /** Starts a stand-in for each system that has no address, all at the same time. */
    public static List<CompletableFuture<StandInSystem>> startMissing(Settings settings) {
        return Stream.of(
                        unless(settings.find("PELE_URL"), StandInSystem::pele),
                        unless(settings.find("FIRECREST_URL"), StandInSystem::firecrest),
                        unless(settings.find("FIRECREST_V2_URL"), StandInSystem::firecrestV2),
                        unless(settings.find("NASA_URL"), StandInSystem::nasa),
                        unless(settings.find("ACCELERATOR_URL"), StandInSystem::accelerator))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<CompletableFuture<StandInSystem>> unless(
            Optional<String> address, Supplier<StandInSystem> start) {
        return address.isPresent() ? Optional.empty() : Optional.of(CompletableFuture.supplyAsync(start));
    }

    private static StandInSystem pele() {
        var user = "alice@example.org";
        var fake = FakePele.builder().user(user, SECRET).start();
        return new StandInSystem(new Pele(Backend.at(fake.url())), fake, user, SECRET, "/pele/echo/hello");
    }

    private static StandInSystem firecrest() {
        var client = "alice-client";
        var fake = FakeFirecrest.builder().client(client, SECRET).start();
        var wrapped = new Firecrest(Backend.at(fake.url()), fake.tokenEndpoint().tokenUri());
        return new StandInSystem(wrapped, fake, client, SECRET, "/firecrest/systems");
    }

    private static StandInSystem firecrestV2() {
        var client = "alice-client";
        var fake = FakeFirecrestV2.builder().client(client, SECRET).start();
        var wrapped =
                new FirecrestV2(Backend.at(fake.url()), fake.tokenEndpoint().tokenUri());
        return new StandInSystem(wrapped, fake, client, SECRET, "/firecrest-v2/daint/jobs");
    }

    private static StandInSystem nasa() {
        var fake = FakeNasa.builder().start();
        return new StandInSystem(new Nasa(() -> Backend.at(fake.url())), fake, "alice", SECRET, "/nasa/picture");
    }

    private static StandInSystem accelerator() {
        var user = "alice";
        var fake = FakeAccelerator.builder().user(user, SECRET).start();
        return new StandInSystem(new Accelerator(Backend.at(fake.url())), fake, user, SECRET, "/accelerator/jobs/42");
    }

    /** Returns a line to paste, indented below the two lines of the service itself. */
    public String line(String service) {
        return "  curl -u " + user + ":" + password + " " + service + path;
    }

    @Override
    public void addEndpoints() {
        wrapped.addEndpoints();
    }

    @Override
    public String prefix() {
        return wrapped.prefix();
    }

    @Override
    public List<Backend> backends() {
        return wrapped.backends();
    }

    @Override
    public void close() {
        wrapped.close();
        try {
            fake.close();
        } catch (Exception e) {
            throw new IllegalStateException("a stand-in cannot be stopped", e);
        }
    }
}
