package io.apikit.bench.load;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;

/** How many bytes a JVM has allocated since its start. It is asked from inside: one of the candidates refuses JMX. */
final class Allocation implements AutoCloseable {
    private final VirtualMachine machine;
    private final Path agent;

    private Allocation(VirtualMachine machine, Path agent) {
        this.machine = machine;
        this.agent = agent;
    }

    /** Attaches to a JVM, which costs it memory: after its own is measured. */
    static Allocation of(long pid, Path agent) {
        try {
            return new Allocation(VirtualMachine.attach(String.valueOf(pid)), agent);
        } catch (IOException | AttachNotSupportedException refused) {
            throw new BenchFailure("cannot attach to the JVM " + pid + ": " + refused.getMessage());
        }
    }

    /** NaN before JDK 21, which does not tell. */
    double bytes() {
        try {
            machine.loadAgent(agent.toString());
            return Double.parseDouble(machine.getSystemProperties().getProperty(AllocationAgent.PROPERTY, "NaN"));
        } catch (IOException | AgentLoadException | AgentInitializationException refused) {
            throw new BenchFailure("a JVM does not tell what it has allocated: " + refused);
        }
    }

    @Override
    public void close() {
        try {
            machine.detach();
        } catch (IOException gone) {
            throw new BenchFailure("a JVM went away: " + gone.getMessage());
        }
    }
}
