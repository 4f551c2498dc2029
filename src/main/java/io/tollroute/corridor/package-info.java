/**
 * The steps of a paid call that {@code routes/tool-call.camel.yaml} names, the variables between
 * them, and what a payment method tells the rest of the house ({@link
 * io.tollroute.corridor.PaymentMethod}).
 */
package io.tollroute.corridor;
