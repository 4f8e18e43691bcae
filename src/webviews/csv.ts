/** Tables as CSV (RFC 4180), in a form that spreadsheets take for data alone. */
import type { Cell } from "./pageKind.js";

/** Lines end with CRLF. Text that a spreadsheet would take for a formula has an apostrophe in front. */
export function csv(rows: readonly (readonly Cell[])[]): string {
	return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(cell: Cell): string {
	if (typeof cell !== "string") return cell === null ? "" : String(cell);
	const text = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
