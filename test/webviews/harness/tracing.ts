/** What keeps a page from answering, as the browser's own trace has it. */
import type { CDPSession, Page } from "playwright-core";

/** Longer than this and a person feels that the page doesn't answer. */
const LONG_MILLISECONDS = 100;
/** A core of today takes some 30 ms for the yardstick: a long task is three of these. */
const YARDSTICKS = 3;

/**
 * What a task may take, in milliseconds of the thread: what a person feels, or on a slow or busy machine as many times a fixed
 * calculation as that is on a quiet one, measured in the same run.
 */
export async function longTask(session: CDPSession, page: Page): Promise<number> {
	const yardstick = await longestTask(session, () =>
		page.evaluate(() => {
			let sum = 0;
			for (let i = 0; i < 2e7; i++) sum += Math.sqrt(i % 1000);
			document.body.dataset.yardstick = String(sum);
		}),
	);
	return Math.max(LONG_MILLISECONDS, YARDSTICKS * yardstick);
}

interface TraceEvent {
	readonly name: string;
	readonly ph: string;
	readonly pid: number;
	readonly tid: number;
	/** Microseconds of the wall, and of the thread itself: what other processes take of the machine is not in it. */
	readonly dur?: number;
	readonly tdur?: number;
	readonly args: { readonly name?: string };
}

/** The longest task of the page's main thread while `work` goes on, in milliseconds of the thread's own time. */
export async function longestTask(session: CDPSession, work: () => Promise<void>): Promise<number> {
	const events: TraceEvent[] = [];
	const collect = ({ value }: { value: object[] }): void => void events.push(...(value as TraceEvent[]));
	session.on("Tracing.dataCollected", collect);
	const complete = new Promise<void>((done) => session.once("Tracing.tracingComplete", () => done()));
	const categories = "toplevel,disabled-by-default-devtools.timeline,devtools.timeline,__metadata";
	await session.send("Tracing.start", { categories, transferMode: "ReportEvents" });
	await work();
	await session.send("Tracing.end");
	await complete;
	session.off("Tracing.dataCollected", collect);
	const threads = new Set(
		events
			.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
			.map(({ pid, tid }) => `${pid} ${tid}`),
	);
	const tasks = events.filter(
		({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && threads.has(`${pid} ${tid}`),
	);
	if (tasks.length === 0) throw new Error("The trace has no task of the page.");
	return Math.max(...tasks.map(({ tdur, dur }) => Math.round((tdur ?? dur ?? 0) / 1000)));
}
