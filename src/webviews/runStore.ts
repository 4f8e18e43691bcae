/** Runs on disk, so that a page has its results again after the window was reloaded. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRun, readRunHeader, type StoredRun, writeRun } from "../compute/reportFile.js";

const EXTENSION = ".blindspot";
/** The newest are kept. */
const MOST_RUNS = 40;
const MOST_BYTES = 1_000_000_000;
/** Writing takes at most this share of the time while a run goes on. */
const WRITING_SHARE = 0.1;
const LEAST_PAUSE_MILLISECONDS = 2_000;

export interface StoredRunInfo {
	readonly id: string;
	readonly written: Date;
	readonly sources: readonly string[];
	readonly model: string | null;
	readonly complete: boolean;
}

export class RunStore {
	readonly #pending = new Map<string, { timer: NodeJS.Timeout; run: () => StoredRun }>();
	#writing: Promise<void> = Promise.resolve();
	#pause = LEAST_PAUSE_MILLISECONDS;

	constructor(
		readonly folder: string,
		readonly failed: (error: unknown) => void,
	) {}

	/** Writes a run, at once or after a pause in which later states take its place. */
	save(id: string, run: () => StoredRun, urgent: boolean): void {
		const pending = this.#pending.get(id);
		if (pending && !urgent) return;
		if (pending) clearTimeout(pending.timer);
		const write = () => {
			this.#pending.delete(id);
			this.#writing = this.#writing.then(() => this.#write(id, run())).catch(this.failed);
		};
		this.#pending.set(id, { timer: setTimeout(write, urgent ? 0 : this.#pause), run });
	}

	/** The run; throws where it is gone or damaged. */
	async load(id: string): Promise<StoredRun> {
		const path = this.#path(id);
		return readRun(await readFile(path), path);
	}

	/** Stored runs, the newest first; damaged ones are left out. */
	async list(): Promise<readonly StoredRunInfo[]> {
		const infos = (await this.#files()).map(async ({ path, id, written }): Promise<StoredRunInfo | null> => {
			try {
				const { asked, shown, complete, sources } = readRunHeader(await readFile(path), path);
				return { id, written, complete, sources, model: (shown ?? asked).model };
			} catch {
				return null;
			}
		});
		return (await Promise.all(infos)).filter((info) => info !== null);
	}

	/** Writes what is pending. */
	async flush(): Promise<void> {
		for (const [id, { timer, run }] of this.#pending) {
			clearTimeout(timer);
			this.#writing = this.#writing.then(() => this.#write(id, run())).catch(this.failed);
		}
		this.#pending.clear();
		await this.#writing;
	}

	async #write(id: string, run: StoredRun): Promise<void> {
		const start = performance.now();
		await mkdir(this.folder, { recursive: true });
		const path = this.#path(id);
		await writeFile(`${path}.part`, writeRun(run));
		await rename(`${path}.part`, path);
		this.#pause = Math.max(LEAST_PAUSE_MILLISECONDS, (performance.now() - start) / WRITING_SHARE);
		await this.#prune();
	}

	async #prune(): Promise<void> {
		let bytes = 0;
		for (const [at, file] of (await this.#files()).entries()) {
			bytes += file.bytes;
			if (at > 0 && (at >= MOST_RUNS || bytes > MOST_BYTES)) await rm(file.path, { force: true });
		}
	}

	async #files(): Promise<readonly { id: string; path: string; written: Date; bytes: number }[]> {
		const names = await readdir(this.folder).catch(() => []);
		const files = names
			.filter((name) => name.endsWith(EXTENSION))
			.map(async (name) => {
				const path = join(this.folder, name);
				const { mtime, size } = await stat(path);
				return { id: name.slice(0, -EXTENSION.length), path, written: mtime, bytes: size };
			});
		return (await Promise.all(files)).sort((a, b) => b.written.getTime() - a.written.getTime());
	}

	#path(id: string): string {
		// Ids come back from a page's saved state: only what this class made can name a file.
		if (!/^[\w-]+$/.test(id)) throw new Error(`No run is called '${id}'.`);
		return join(this.folder, `${id}${EXTENSION}`);
	}
}
