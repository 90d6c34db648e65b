/**
 * A service in twelve lines: its settings, its log, its probes, its signals and its exit codes. Start reading with
 * {@link io.apikit.starter.Service}.
 */
@NullMarked
package io.apikit.starter;

import org.jspecify.annotations.NullMarked;
