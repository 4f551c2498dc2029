/** The operator's side: looking at payments and charges, refunds, reconciliation. */
package io.tollroute.accounts;
