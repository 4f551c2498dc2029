/**
 * What is sold: the files of the services folder, checked, and the catalogue they make.
 *
 * <p>The catalogue is replaced as a whole and never changed in place, so a call that found its
 * service keeps it until it is answered, whatever happens to the files meanwhile.
 */
package io.tollroute.catalog;
