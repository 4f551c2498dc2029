/** What keeps answers and settlements from whoever has only the database. */
package io.tollroute.seal;
