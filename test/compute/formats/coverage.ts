/** How much of some modules runs while a test does: V8's own block coverage. */
import { Session } from "node:inspector/promises";

/** Counts from now on; only modules that are imported afterwards are counted in full. */
export class Coverage {
	readonly #session = new Session();

	async start(): Promise<void> {
		this.#session.connect();
		await this.#session.post("Profiler.enable");
		await this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
	}

	/** Parts of the code, by characters, that have run since the start: of all modules whose address has each text. */
	async shares(parts: readonly string[]): Promise<ReadonlyMap<string, number>> {
		const { result } = await this.#session.post("Profiler.takePreciseCoverage");
		this.#session.disconnect();
		return new Map(
			parts.map((part) => {
				const scripts = result.filter(({ url }) => url.includes(part));
				const [run, all] = scripts.map(charactersRun).reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
				return [part, run / all];
			}),
		);
	}
}

interface Script {
	readonly functions: readonly {
		readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
	}[];
}

/** Inner ranges come after those around them and say more exactly what ran. */
function charactersRun({ functions }: Script): readonly [run: number, all: number] {
	const ranges = functions.flatMap((f) => f.ranges);
	const end = Math.max(0, ...ranges.map((range) => range.endOffset));
	const ran = new Uint8Array(end);
	for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
	return [ran.reduce((a, b) => a + b, 0), end];
}
