package io.apikit.bench.load;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;

/** The bytes that a JVM has allocated since its start. An agent inside it reads them: one of the candidates refuses JMX. */
final class Allocation implements AutoCloseable {
    private final VirtualMachine machine;
    private final Path agent;

    private Allocation(VirtualMachine machine, Path agent) {
        this.machine = machine;
        this.agent = agent;
    }

    /** Attaches to a JVM. This costs memory, so it must come after the JVM's memory is measured. */
    static Allocation of(long pid, Path agent) {
        try {
            return new Allocation(VirtualMachine.attach(String.valueOf(pid)), agent);
        } catch (IOException | AttachNotSupportedException e) {
            throw new BenchFailure("cannot attach to the JVM " + pid + ": " + e.getMessage());
        }
    }

    /** Returns NaN before JDK 21, which has no such figure. */
    double bytes() {
        try {
            machine.loadAgent(agent.toString());
            return Double.parseDouble(machine.getSystemProperties().getProperty(AllocationAgent.PROPERTY, "NaN"));
        } catch (IOException | AgentLoadException | AgentInitializationException e) {
            throw new BenchFailure("a JVM does not report what it has allocated: " + e);
        }
    }

    @Override
    public void close() {
        try {
            machine.detach();
        } catch (IOException e) {
            throw new BenchFailure("cannot detach from a JVM: " + e.getMessage());
        }
    }
}
