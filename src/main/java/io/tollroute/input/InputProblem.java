package io.tollroute.input;

/**
 * Something that is wrong with an input.
 *
 * @param pointer JSON pointer to the part, of which nothing secret can be told
 * @param sentence what is wrong, which repeats nothing of the input
 */
public record InputProblem(String pointer, String sentence) {}
