/** What is so on an EVM chain, whoever asks. */
package io.tollroute.chain;
