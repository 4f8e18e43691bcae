/** The part of a report that says how it came about: the same for every analysis. */
import { REPORT_VERSION, type ReportHead, type ReportSubject } from "../reports/report.js";
import { BLINDSPOT_VERSION } from "../reports/version.js";
import type { HandlerContext } from "./context.js";
import type { PreparedModel } from "./prepare.js";

export function reportHead({ backend: { name, version } }: HandlerContext): ReportHead {
	return { version: REPORT_VERSION, blindspot: BLINDSPOT_VERSION, backend: { name, version } };
}

export function reportSubject({ report, preprocessing: { preprocessing, provenance } }: PreparedModel): ReportSubject {
	return { model: report, preprocessing: { ...preprocessing, provenance } };
}

/** When it began, ISO 8601, and how many seconds it has taken by now. */
export function runSince(began: Date): { readonly date: string; readonly seconds: number } {
	return { date: began.toISOString(), seconds: (Date.now() - began.getTime()) / 1000 };
}
