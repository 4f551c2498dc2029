/**
 * The settings of this process: their table ({@code settings.yaml}), where each value came from,
 * and what is said of a wrong one.
 */
package io.tollroute.settings;
