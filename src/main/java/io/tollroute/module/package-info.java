/**
 * The seam between the rooms of the bundle and whoever puts them together: a room has one class
 * that makes its objects and says which of them others may have.
 */
package io.tollroute.module;
