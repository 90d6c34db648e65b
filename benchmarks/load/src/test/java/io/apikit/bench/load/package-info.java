@NullMarked
package io.apikit.bench.load;

import org.jspecify.annotations.NullMarked;
