package io.apikit.bench.load;

import java.lang.management.ManagementFactory;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/** What a candidate's JVM loads when it is asked what it has allocated: it leaves the figure in a system property. */
public final class AllocationAgent {
    static final String PROPERTY = "io.apikit.bench.allocated";

    private AllocationAgent() {}

    /** Nothing is left before JDK 21, which does not know. */
    public static void agentmain(String arguments) throws JMException {
        try {
            var bytes = ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("java.lang:type=Threading"), "TotalThreadAllocatedBytes");
            System.setProperty(PROPERTY, String.valueOf(bytes));
        } catch (AttributeNotFoundException old) {
            System.clearProperty(PROPERTY);
        }
    }
}
