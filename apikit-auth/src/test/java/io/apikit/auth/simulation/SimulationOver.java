package io.apikit.auth.simulation;

/** Ends a simulation's threads once a rule is broken; an Error, so that hardly anything takes it for its own. */
final class SimulationOver extends Error {
    private static final long serialVersionUID = 1L;

    SimulationOver() {
        super("the simulation is over", null, false, false);
    }
}
