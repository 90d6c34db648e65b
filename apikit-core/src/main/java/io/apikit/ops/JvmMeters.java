package io.apikit.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/** The process and its JVM, under the names that Micrometer's own binders give. */
final class JvmMeters implements MeterBinder, AutoCloseable {
    /** Prometheus' own check refuses them: a gauge that is called a count, and nanoseconds. */
    private static final List<String> MISNAMED = List.of("system.cpu.count", "process.cpu.time");

    private final JvmGcMetrics collections = new JvmGcMetrics();

    @Override
    public void bindTo(MeterRegistry registry) {
        var binders = List.<MeterBinder>of(
                new JvmMemoryMetrics(),
                collections,
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics(),
                new FileDescriptorMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        MISNAMED.stream().flatMap(name -> registry.find(name).meters().stream()).forEach(registry::remove);
    }

    /** Listens to the collector no longer. */
    @Override
    public void close() {
        collections.close();
    }
}
