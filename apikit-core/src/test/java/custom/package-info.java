/** What a user writes against the library: it sees the public API alone, since it stands outside {@code io.apikit}. */
@NullMarked
package custom;

import org.jspecify.annotations.NullMarked;
