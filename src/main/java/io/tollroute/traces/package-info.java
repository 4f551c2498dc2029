/**
 * What is told of single calls to a collector of traces (OpenTelemetry), where the operator wants
 * it: the steps of the corridor and how long each took, and nothing of what a buyer sends or gets.
 */
package io.tollroute.traces;
