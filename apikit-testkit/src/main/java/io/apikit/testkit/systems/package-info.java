/**
 * Fakes of real systems: Pele, FirecREST, Altair Accelerator and a server of media files. Start reading at
 * {@link io.apikit.testkit.systems.FakePele}, the smallest.
 */
@NullMarked
package io.apikit.testkit.systems;

import org.jspecify.annotations.NullMarked;
