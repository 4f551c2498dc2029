/**
 * Putting it together: the list of modules, start and stop, and the rules across settings and route
 * files, for our launcher and for a Camel that somebody else starts.
 */
package io.tollroute.ops;
