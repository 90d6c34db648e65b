/**
 * Two services of LSST SQuaRE's Flask original, moved to this library. Start with {@link BuildStatus}; {@link MetricDeviation}
 * has a setting of its own and more than one request. The guide to moving a service is {@code docs/migrating.md}.
 */
@NullMarked
package io.apikit.example.migrated;

import org.jspecify.annotations.NullMarked;
