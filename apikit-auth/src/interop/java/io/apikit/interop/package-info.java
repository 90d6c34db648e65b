/** The modes against real servers on loopback. Start reading at {@code MatrixTest}. */
@NullMarked
package io.apikit.interop;

import org.jspecify.annotations.NullMarked;
