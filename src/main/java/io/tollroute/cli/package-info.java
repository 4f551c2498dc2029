/** The commands. They print what the rooms below them say, and end with an exit code. */
package io.tollroute.cli;
