/**
 * Makes the archive of classes that lets the example service start faster. Start reading with
 * {@link io.apikit.tools.classarchive.ClassArchiveMaker}. Never published.
 */
@NullMarked
package io.apikit.tools.classarchive;

import org.jspecify.annotations.NullMarked;
