package io.tollroute.operator;

import java.util.regex.Pattern;

/**
 * A cell of a table for spreadsheets, which none of them takes for a formula.
 *
 * @param text as it is written into the file
 */
public record HarmlessCell(String text) {

  /** What a spreadsheet takes for a formula, in all widths, after anything it would skip. */
  private static final Pattern FORMULA =
      Pattern.compile(
          "^[\\s\\p{Cntrl}\\p{Z}'\"]*[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20|%].*", Pattern.DOTALL);

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");

  /** A cell with {@code value}, behind an apostrophe where it could be a formula. */
  public static HarmlessCell of(String value) {
    boolean formula = FORMULA.matcher(value).matches() && !NUMBER.matcher(value).matches();
    boolean shifted = value.startsWith("\t") || value.startsWith("\r");
    return new HarmlessCell(formula || shifted ? "'" + value : value);
  }
}
