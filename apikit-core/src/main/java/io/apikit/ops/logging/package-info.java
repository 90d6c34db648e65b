/**
 * The log of a service, configured from its environment. It needs Logback, and logstash-logback-encoder for JSON.
 *
 * <p>Start reading at {@link io.apikit.ops.logging.Logging}.
 */
@NullMarked
package io.apikit.ops.logging;

import org.jspecify.annotations.NullMarked;
