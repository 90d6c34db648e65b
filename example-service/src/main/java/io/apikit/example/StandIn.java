package io.apikit.example;

import io.apikit.auth.Backend;
import io.apikit.testkit.systems.FakeAccelerator;
import io.apikit.testkit.systems.FakeFirecrest;
import io.apikit.testkit.systems.FakeNasa;
import io.apikit.testkit.systems.FakePele;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A wrapped system that has no address, in the demo: a fake stands in for it, with users of its own.
 *
 * @param path what to GET at the service
 */
record StandIn(Wrapper wrapper, AutoCloseable fake, String user, String password, String path) implements Wrapper {
    private static final String SECRET = Demo.USERS.get(0).password();

    /** Starts a stand-in for each system that has no address, all at the same time. */
    static List<CompletableFuture<StandIn>> startMissing(Systems systems) {
        return Stream.of(
                        unless(systems.pele(), StandIn::pele),
                        unless(systems.firecrest(), StandIn::firecrest),
                        unless(systems.nasa(), StandIn::nasa),
                        unless(systems.accelerator(), StandIn::accelerator))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<CompletableFuture<StandIn>> unless(Optional<Site> system, Supplier<StandIn> start) {
        return system.isPresent() ? Optional.empty() : Optional.of(CompletableFuture.supplyAsync(start));
    }

    private static StandIn pele() {
        var user = "alice@example.org";
        var fake = FakePele.builder().user(user, SECRET).start();
        return new StandIn(new Pele(Backend.at(fake.url())), fake, user, SECRET, "/pele/echo/hello");
    }

    private static StandIn firecrest() {
        var client = "alice-client";
        var fake = FakeFirecrest.builder().client(client, SECRET).start();
        var wrapper = new Firecrest(Backend.at(fake.url()), fake.tokenEndpoint().tokenUri());
        return new StandIn(wrapper, fake, client, SECRET, "/firecrest/systems");
    }

    private static StandIn nasa() {
        var fake = FakeNasa.builder().start();
        return new StandIn(new Nasa(Backend.at(fake.url())), fake, "alice", SECRET, "/nasa/picture");
    }

    private static StandIn accelerator() {
        var user = "alice";
        var fake = FakeAccelerator.builder().user(user, SECRET).start();
        return new StandIn(new Accelerator(Backend.at(fake.url())), fake, user, SECRET, "/accelerator/jobs/42");
    }

    /** A line to paste; set in a little, below the two of the service itself. */
    String line(String service) {
        return "  curl -u " + user + ":" + password + " " + service + path;
    }

    @Override
    public void addEndpoints() {
        wrapper.addEndpoints();
    }

    @Override
    public List<Backend> backends() {
        return wrapper.backends();
    }

    @Override
    public void close() {
        wrapper.close();
        try {
            fake.close();
        } catch (Exception e) {
            throw new IllegalStateException("a stand-in cannot be stopped", e);
        }
    }
}
