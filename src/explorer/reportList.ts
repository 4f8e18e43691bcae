/** The stored reports and what runs as one list by days. Pure; the view renders it. */
import type { StoredHead } from "../compute/reports/storedReport.js";

/** A report in the list. */
export interface ListedReport extends Pick<StoredHead, "kind" | "title" | "models" | "complete" | "words"> {
	readonly id: string;
	/** When it was run. */
	readonly date: Date;
	/** What happens now, where it runs. */
	readonly running: string | null;
}

export interface Day {
	readonly name: "Today" | "Yesterday" | "Older";
	/** What runs first, then the newest first. */
	readonly reports: readonly ListedReport[];
}

/** The days that have reports. */
export function byDay(reports: readonly ListedReport[], now: Date): readonly Day[] {
	const today = startOfDay(now, 0).getTime();
	const yesterday = startOfDay(now, -1).getTime();
	const dayOf = ({ date, running }: ListedReport): Day["name"] => {
		if (running !== null || date.getTime() >= today) return "Today";
		return date.getTime() >= yesterday ? "Yesterday" : "Older";
	};
	return (["Today", "Yesterday", "Older"] as const)
		.map((name) => ({
			name,
			reports: reports
				.filter((report) => dayOf(report) === name)
				.toSorted(
					(a, b) => Number(b.running !== null) - Number(a.running !== null) || b.date.getTime() - a.date.getTime(),
				),
		}))
		.filter(({ reports }) => reports.length > 0);
}

/** What has become of the models of a report since. */
export type ModelStatus = "same" | "changed" | "gone";

/** What stands behind a report's title: vital words first, as the end is cut off where the view is narrow. */
export function reportWords(
	report: ListedReport,
	status: ModelStatus,
	modelNames: readonly string[],
	day: Day["name"],
): string {
	if (report.running !== null) return [report.running, ...modelNames].join(" · ");
	const time =
		day === "Older"
			? report.date.toLocaleDateString("en", { day: "numeric", month: "short" })
			: report.date.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
	const unfinished = report.complete ? "" : report.words || "not complete";
	const since = { same: "", changed: "model changed since", gone: "model is gone" }[status];
	return [unfinished, since, ...modelNames, time].filter((words) => words !== "").join(" · ");
}

function startOfDay(of: Date, days: number): Date {
	return new Date(of.getFullYear(), of.getMonth(), of.getDate() + days);
}
