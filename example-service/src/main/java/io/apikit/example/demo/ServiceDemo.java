package io.apikit.example.demo;

import io.apikit.auth.Backend;
import io.apikit.starter.Demo;
import io.apikit.starter.Settings;
import io.apikit.starter.WrappedSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The demo of the example service: a backend of its own, and a stand-in for each further system without an address. */
public record ServiceDemo(DemoBackend demo, List<StandInSystem> standIns) implements Demo.Running {
    /** Starts the backend and the stand-ins at the same time. */
    public static ServiceDemo start(Settings settings) {
        var standIns = StandInSystem.startMissing(settings);
        var demo = DemoBackend.start();
        return new ServiceDemo(
                demo, standIns.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public Backend backend() {
        return demo.backend();
    }

    @Override
    public List<WrappedSystem> systems() {
        return List.copyOf(standIns);
    }

    @Override
    public List<String> guide(String url, Optional<String> statusPage) {
        var guide = new ArrayList<>(demo.guide(url));
        statusPage.ifPresent(path -> guide.add("And watch it in a browser: " + url + path));
        guide.add("And the other systems that are wrapped here, with a fake behind each:");
        standIns.forEach(standIn -> guide.add(standIn.line(url)));
        return guide;
    }
}
