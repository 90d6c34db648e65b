/**
 * Certificates that are made for one test run, valid ones and faulty ones. Start reading at
 * {@link io.apikit.testkit.tls.CertifiedKey}.
 */
@NullMarked
package io.apikit.testkit.tls;

import org.jspecify.annotations.NullMarked;
