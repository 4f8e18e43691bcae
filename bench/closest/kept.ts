/** Measurements on disk, so that a run that was broken off goes on where it was. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Measured } from "./table.js";

export class Kept {
	/** Those named in `again` are measured anew; "all" names all of them. */
	constructor(
		private readonly folder: string,
		private readonly again: readonly string[],
	) {}

	/** What was measured of `name` on at least `count` images of the net, else what `measure` finds. */
	async or(net: string, name: string, count: number, measure: () => Promise<Measured>): Promise<Measured> {
		const file = path.join(this.folder, `${net}-${name}.json`);
		const isWanted = this.again.includes("all") || this.again.includes(name);
		if (!isWanted && existsSync(file)) {
			const kept = JSON.parse(readFileSync(file, "utf8")) as Measured;
			if (kept.distances.length >= count) return kept;
		}
		const measured = await measure();
		writeFileSync(file, JSON.stringify(measured));
		console.error(`${net}: ${name} done`);
		return measured;
	}
}
