/**
 * JSON that strangers sent, read strictly, and JSON of ours kept as it was written. Knows nobody.
 */
package io.tollroute.json;
