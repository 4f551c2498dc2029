/** The one shape of every answer, and the words of those that refuse. */
package io.tollroute.answer;
