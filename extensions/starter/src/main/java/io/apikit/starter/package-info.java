/** A service from its routes alone: settings, logging, probes, signals and exit codes are here. */
@NullMarked
package io.apikit.starter;

import org.jspecify.annotations.NullMarked;
