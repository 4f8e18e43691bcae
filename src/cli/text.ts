/** Lines for a terminal, before `shown` cleans them. */

import { greatestOf } from "../compute/math/extremes.js";

/** A line for each warning. */
export function warningLines(warnings: readonly string[]): readonly string[] {
	return warnings.map((warning) => `Note: ${warning}`);
}

/** "12.3%". */
export function percent(share: number): string {
	return `${(100 * share).toFixed(1)}%`;
}

/** Columns as wide as their widest cell; those named in `right` are flush right. A row of two cells may run over. */
export function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
	const whole = rows.filter((row) => row.length > 2);
	const widths = (rows[0] ?? []).map((_, column) => greatestOf(whole.map((row) => (row[column] ?? "").length)));
	return rows.map((row) =>
		row
			.map((cell, column) =>
				right.includes(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
			)
			.join("  ")
			.trimEnd(),
	);
}
