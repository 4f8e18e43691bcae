/** Checks in words, for the table and the command line. */
import type { LayerCheck } from "./report.js";

/** "2 dead channels", "NaN in 4 weights". */
export function checkText(check: LayerCheck): string {
	switch (check.kind) {
		case "nan":
			return `NaN in ${counted(check.values, "weight")}`;
		case "infinite":
			return `infinite in ${counted(check.values, "weight")}`;
		case "dead":
			return counted(check.channels, "dead channel");
		case "duplicate":
			return counted(check.channels, "duplicate channel");
		case "large":
			return `huge norm in ${counted(check.channels, "channel")}`;
	}
}

function counted(count: number, what: string): string {
	return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}
