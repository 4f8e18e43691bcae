/** Reports on disk, so that a page has its results again after the window was reloaded, and the list of them. */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isTemporaryName, readWholeFile, withRegularFile, writeWholeFile } from "../compute/data/files.js";
import { headBytes, readHead, readReport, START_BYTES, writeReport } from "../compute/reports/reportFile.js";
import type { StoredHead, StoredReport } from "../compute/reports/storedReport.js";

const EXTENSION = ".blindspot";
const MOST_BYTES = 2 ** 30;
/** Writing takes at most this share of the time while a run goes on. */
const WRITING_SHARE = 0.1;
const LEAST_PAUSE_MILLISECONDS = 2_000;
/** A file that is still being written after this long is what a killed process left. */
const LEFT_MILLISECONDS = 10 * 60_000;

/** A stored report in a list. */
export interface ReportInfo extends StoredHead {
	readonly id: string;
	readonly written: Date;
}

export interface ReportStoreOptions {
	readonly folder: string;
	/** How many reports are kept at most, the newest; up to 1 GiB in any case. */
	readonly keep: () => number;
	/** Told when something could not be written. */
	readonly failed: (error: unknown) => void;
}

interface ReportFile {
	readonly id: string;
	readonly path: string;
	readonly written: Date;
	readonly bytes: number;
}

export class ReportStore {
	readonly #options: ReportStoreOptions;
	readonly #pending = new Map<string, { timer: NodeJS.Timeout; report: () => StoredReport | null }>();
	readonly #listeners = new Set<() => void>();
	/** Heads by their files' path, kept while the file stays as it is. */
	readonly #heads = new Map<string, { readonly stamp: string; readonly head: StoredHead | null }>();
	#writing: Promise<void> = Promise.resolve();
	#pause = LEAST_PAUSE_MILLISECONDS;

	constructor(options: ReportStoreOptions) {
		this.#options = options;
		this.#writing = this.#sweep().then(() => undefined, options.failed);
	}

	/** Calls the listener when a report was written or deleted; returns how to stop. */
	onDidChange(listener: () => void): { dispose(): void } {
		this.#listeners.add(listener);
		return { dispose: () => this.#listeners.delete(listener) };
	}

	/** Writes a report, at once or after a pause in which later states take its place; nothing where it is null by then. */
	save(id: string, report: () => StoredReport | null, urgent: boolean): void {
		const pending = this.#pending.get(id);
		if (pending && !urgent) return;
		if (pending) clearTimeout(pending.timer);
		const timer = setTimeout(() => this.#writePending(id), urgent ? 0 : this.#pause);
		this.#pending.set(id, { timer, report });
	}

	/** The report; throws where it is gone or damaged. */
	async load(id: string): Promise<StoredReport> {
		const path = this.#path(id);
		return readReport(await readWholeFile(path, MOST_BYTES), path);
	}

	/** Stored reports, the newest first; damaged ones are left out. Of each file only its head is read, and only once. */
	async list(): Promise<readonly ReportInfo[]> {
		const infos = (await this.#files()).map(async (file): Promise<ReportInfo | null> => {
			const head = await this.#head(file);
			return head && { id: file.id, written: file.written, ...head };
		});
		return (await Promise.all(infos)).filter((info) => info !== null);
	}

	async delete(id: string): Promise<void> {
		clearTimeout(this.#pending.get(id)?.timer);
		this.#pending.delete(id);
		await this.#writing;
		await rm(this.#path(id), { force: true });
		this.#tell();
	}

	async deleteAll(): Promise<void> {
		for (const { timer } of this.#pending.values()) clearTimeout(timer);
		this.#pending.clear();
		await this.#writing;
		for (const { path } of await this.#files()) await rm(path, { force: true });
		this.#tell();
	}

	/** Writes what is pending. */
	async flush(): Promise<void> {
		for (const id of [...this.#pending.keys()]) this.#writePending(id);
		await this.#writing;
	}

	#writePending(id: string): void {
		const pending = this.#pending.get(id);
		if (!pending) return;
		clearTimeout(pending.timer);
		this.#pending.delete(id);
		this.#writing = this.#writing.then(() => this.#write(id, pending.report())).catch(this.#options.failed);
	}

	async #write(id: string, report: StoredReport | null): Promise<void> {
		if (report === null) return;
		const start = performance.now();
		await mkdir(this.#options.folder, { recursive: true });
		const path = this.#path(id);
		await writeWholeFile(path, writeReport(report), "replace");
		this.#pause = Math.max(LEAST_PAUSE_MILLISECONDS, (performance.now() - start) / WRITING_SHARE);
		await this.#prune();
		this.#tell();
	}

	async #prune(): Promise<void> {
		const keep = this.#options.keep();
		let bytes = await this.#sweep();
		for (const [at, file] of (await this.#files()).entries()) {
			bytes += file.bytes;
			if (at > 0 && (at >= keep || bytes > MOST_BYTES)) await rm(file.path, { force: true });
		}
	}

	/** Removes what killed processes left half-written; says how many bytes are being written by others. */
	async #sweep(): Promise<number> {
		let bytes = 0;
		for (const file of await this.#named((name) => isTemporaryName(name) || name.endsWith(`${EXTENSION}.part`)))
			if (Date.now() - file.written.getTime() > LEFT_MILLISECONDS) await rm(file.path, { force: true });
			else bytes += file.bytes;
		return bytes;
	}

	/** The newest first. */
	async #files(): Promise<readonly ReportFile[]> {
		const found = await this.#named((name) => name.endsWith(EXTENSION));
		return [...found].sort((a, b) => b.written.getTime() - a.written.getTime());
	}

	async #named(isWanted: (name: string) => boolean): Promise<readonly ReportFile[]> {
		const { folder } = this.#options;
		const names = await readdir(folder).catch(() => []);
		const files = names.filter(isWanted).map(async (name): Promise<ReportFile | null> => {
			const path = join(folder, name);
			// It may have been deleted meanwhile.
			const status = await stat(path).catch(() => null);
			return status && { id: name.slice(0, -EXTENSION.length), path, written: status.mtime, bytes: status.size };
		});
		return (await Promise.all(files)).filter((file) => file !== null);
	}

	async #head({ path, written, bytes }: ReportFile): Promise<StoredHead | null> {
		const stamp = `${written.getTime()} ${bytes}`;
		const known = this.#heads.get(path);
		if (known?.stamp === stamp) return known.head;
		const head = await readHeadOf(path).catch(() => null);
		this.#heads.set(path, { stamp, head });
		return head;
	}

	#tell(): void {
		for (const listener of this.#listeners) listener();
	}

	#path(id: string): string {
		// Ids come back from a page's saved state: only what this class made can name a file.
		if (!/^[\w-]+$/.test(id)) throw new Error(`No report is called '${id}'.`);
		return join(this.#options.folder, `${id}${EXTENSION}`);
	}
}

/** Reads no more of the file than its head. */
async function readHeadOf(path: string): Promise<StoredHead> {
	return withRegularFile(path, "unreadable-data", async (file, bytes) => {
		const start = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
		// The file may say that its head is longer than it is itself.
		const size = Math.min(bytes, headBytes(start.buffer.subarray(0, start.bytesRead), path));
		const whole = await file.read(Buffer.alloc(size), 0, size, 0);
		return readHead(whole.buffer.subarray(0, whole.bytesRead), path);
	});
}
