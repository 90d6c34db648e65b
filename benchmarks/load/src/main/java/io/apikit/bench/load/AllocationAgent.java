package io.apikit.bench.load;

import java.lang.management.ManagementFactory;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/** An agent that a candidate's JVM loads. It writes the allocated bytes to a system property of that JVM. */
public final class AllocationAgent {
    static final String PROPERTY = "io.apikit.bench.allocated";

    private AllocationAgent() {}

    /** Clears the property before JDK 21, which has no such figure. */
    public static void agentmain(String arguments) throws JMException {
        try {
            var bytes = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=Threading"), "TotalThreadAllocatedBytes");
            System.setProperty(PROPERTY, String.valueOf(bytes));
        } catch (AttributeNotFoundException ignored) {
            System.clearProperty(PROPERTY);
        }
    }
}
