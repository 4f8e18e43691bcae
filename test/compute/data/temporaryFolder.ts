/** A folder for one test file, gone when its tests are done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export interface TemporaryFolder {
	readonly path: string;
	/** Writes a file below the folder, with the folders that it needs, and returns its path. */
	write(name: string, content: Uint8Array | string): string;
}

export function temporaryFolder(): TemporaryFolder {
	const path = mkdtempSync(join(tmpdir(), "blindspot-"));
	afterAll(() => rmSync(path, { recursive: true, force: true }));
	return {
		path,
		write(name, content) {
			const target = join(path, name);
			mkdirSync(dirname(target), { recursive: true });
			writeFileSync(target, content);
			return target;
		},
	};
}
