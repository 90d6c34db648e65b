@NullMarked
package io.apikit.bench.load.report;

import org.jspecify.annotations.NullMarked;
