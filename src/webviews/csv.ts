/** Tables as CSV (RFC 4180), in a form that spreadsheets take for data alone. */
import type { Cell } from "./pageKind.js";

/**
 * What begins a formula, also in the wide and small forms that spreadsheets for Chinese and Japanese take for the same, and
 * after space or what isn't seen.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/u;

/** Some spreadsheets separate at semicolons or tabs, where what stands behind one would be a cell of its own. */
const QUOTED = /[",;\t\r\n|]/;

/** Lines end with CRLF. Text that a spreadsheet would take for a formula has an apostrophe in front. */
export function csv(rows: readonly (readonly Cell[])[]): string {
	return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(cell: Cell): string {
	if (typeof cell !== "string") return cell === null ? "" : String(cell);
	const text = FORMULA.test(cell) ? `'${cell}` : cell;
	return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
