/** The benchmarks of single steps of a request, by JMH; start reading at {@code SessionBenchmark}. */
@NullMarked
package io.apikit.bench.micro;

import org.jspecify.annotations.NullMarked;
