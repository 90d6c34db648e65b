/** What the benchmarks of single steps stand on; start reading at {@code HeldRequest}. */
@NullMarked
package io.apikit.bench.micro;

import org.jspecify.annotations.NullMarked;
