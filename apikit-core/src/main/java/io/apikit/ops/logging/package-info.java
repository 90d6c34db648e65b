/**
 * The log of a service, set up by its environment; needs Logback, and logstash-logback-encoder for JSON. Start reading
 * at {@link io.apikit.ops.logging.Logging}.
 */
@NullMarked
package io.apikit.ops.logging;

import org.jspecify.annotations.NullMarked;
