/** How the corridor has the work of a service done, whoever wrote the route that does it. */
package io.tollroute.provider;
