/** The backends that this machine has, for tests that are to hold on each. */
import { startBackend } from "../src/compute/backend/startBackend.js";
import type { BackendName } from "../src/compute/reports/report.js";

/** Names of the backends that start; says which doesn't. The last that started stays in use. */
export async function availableBackends(
	wanted: readonly BackendName[] = ["native", "wasm", "js"],
): Promise<BackendName[]> {
	const available: BackendName[] = [];
	for (const name of wanted) {
		try {
			await startBackend(name, null);
			available.push(name);
		} catch (error) {
			console.warn(`Skipped: backend ${name}: ${error instanceof Error ? error.message : error}`);
		}
	}
	return available;
}
