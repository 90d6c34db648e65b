/**
 * A simulation of callers, sessions, an identity provider and a backend, in which one seed decides everything. It holds
 * the seven rules of the session at every step of a random run. Start reading at {@link
 * io.apikit.auth.simulation.SessionRulesTest}, then {@link io.apikit.auth.simulation.Simulation}.
 *
 * <h2>What is real, and what is a model</h2>
 *
 * <p>Real are the session core and its threads: the pool, the logins with their single flight, the back-off, the cap, and
 * the pipeline with its retries. {@link io.apikit.auth.SessionCore} puts them together as {@code Backend} does. It is the
 * one class here that stands in the core's own package, as the core is package-private.
 *
 * <p>Models are the rest: {@code ModelIdentity} issues tokens, refuses, breaks and hangs; {@code ModelBackend} judges a
 * request by its token, fails now and then, and has two nodes that disagree for a while; {@code ModelUser} changes its password and is locked; {@code Weather} lets
 * time pass and jump, revokes tokens, cancels callers and stalls threads. Ten {@code Caller}s call under the passwords of
 * three users, right and wrong ones.
 *
 * <h2>The scheduler</h2>
 *
 * <p>{@code Baton} lets the real threads run one at a time. A thread hands the baton on where threads can meet: when it
 * reads the clock ({@code VirtualTime}), and at the hooks of {@code SimulatedSession}, which are before it enters the
 * place of a login, while it waits, and between a login's decision and its waiters. {@code Dice} choose who goes on. So an
 * order of events is a sequence of throws, and no time is real. Under a lock nobody hands over ({@code quietly}), because a
 * thread that waits for a lock is not seen by the baton. If all threads wait, time passes until one can go on; if that
 * never happens, the run fails with the stacks of all threads.
 *
 * <h2>The rules</h2>
 *
 * <p>{@code SessionLedger} keeps, for each session, what must be true, from what the models have seen:
 *
 * <ul>
 *   <li>{@code LoginRules} with {@code BackOffRule} and {@code CapRule}: when a login may start, and that it ends (rules 1 to
 *       5 of the session);
 *   <li>{@code RequestRules} with {@code TargetRule}: what a request is signed with, when it waits, which rejections are late
 *       and which are evidence, what is denied, and when a request is replayed (rules 1, 3, 4, 5, 6);
 *   <li>{@code CallRule}: that what a call ends with has a cause, and is in the words of that cause (rules 2, 3, 5);
 *   <li>{@code ModelLogOuts}, in runs of their own: that a login is ended once, when no request under it is in flight, and
 *       signs none after that;
 *   <li>{@code SecretWatch}: that no log line, error or {@code toString} has a secret in it (rule 7).
 * </ul>
 *
 * <p>Where the model cannot know the exact moment of a decision, it knows the earliest and the latest one, and requires no
 * more than both allow. At the end the weather is calm, and every account gets the response that is due to it: nothing has
 * stuck.
 *
 * <h2>Replicas</h2>
 *
 * <p>{@code ReplicatedSimulation} runs several session cores on one store, and has models and rules of its own. Start reading
 * at {@link io.apikit.auth.simulation.ReplicasFuzzTest}. {@code ModelReplica} is a process: a clock, threads that can be
 * killed, and a {@code StoreConnection}, which has the faults. {@code ModelStore} is what the server knows. {@code
 * ModelProvider} is the provider and the backend of all.
 *
 * <p>{@code SharedLoginRules} says when one replica may log in: under a lease that holds, if the store has neither a newer
 * login that is live nor a refusal that counts; under a lease that has ended since; or after a command that has failed. It
 * holds, too, that a login is used by others only if the store has had it, that nobody uses one whose write was refused, that
 * no request asks the store, and that names and secrets are not to be read there. {@code ReplicatedCaller} says when a call
 * with good credentials may fail though the provider has no faults: after a login that was made for a call was revoked before
 * its use, or after more logins were revoked than the session may renew.
 *
 * <h2>How to replay a seed</h2>
 *
 * <p>A failure names its seed, its number of steps and the last 60 events:
 *
 * <pre>
 * mvn -pl apikit-auth -am test -Dtest=SessionRulesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dapikit.simulation.seed=42 -Dapikit.simulation.steps=5000
 * </pre>
 *
 * <p>The seed {@code random} is another one each time. A smaller number of steps often shows the same failure in a shorter
 * trace. {@code Trace} adds all events to a hash; {@code SimulationHashesTest} compares those of ten seeds with
 * {@code simulation-hashes.txt}. The hash stays the same as long as the same threads meet at the same points: one more or
 * one fewer read of the clock changes it. A change of behaviour replaces the ten lines.
 */
@NullMarked
package io.apikit.auth.simulation;

import org.jspecify.annotations.NullMarked;
