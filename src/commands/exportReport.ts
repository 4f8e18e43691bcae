import { EXPORT_FORMATS } from "../webviews/messages.js";
import type { Command } from "./command.js";

const NAMES = { html: "exportReportHtml", csv: "exportReportCsv", json: "exportReportJson" } as const;

/** Save the report of the page in front as a page of its own, a table or JSON. */
export const exportReport: readonly Command[] = EXPORT_FORMATS.map((format) => ({
	name: NAMES[format],
	run: ({ pages }) => pages.front?.export(format),
}));
