import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/compute/math/random.js";
import { ComputeClient } from "../../../src/compute/process/client.js";
import type { AttackedImage } from "../../../src/compute/reports/report.js";
import { example } from "../../examples/paths.js";

// The bundle in dist/, which set-up builds before the tests.
const hostPath = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "dist", "host.js");
const KILLS = 50;

const model = {
	path: example("models", "mlp", "model.json"),
	configuration: null,
	preprocessing: {},
	classesFile: null,
};
const client = new ComputeClient({
	hostPath,
	settings: () => ({
		host: { backend: "js", nativePath: null, loadTimeoutSeconds: 60, readerMemoryMiB: 512, modelCacheMiB: 256 },
		memoryMiB: 1024,
	}),
	log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

afterAll(() => client.dispose());

describe("the compute process", () => {
	it(`may be killed ${KILLS} times in mid-work: every request is answered, finished results stay`, {
		timeout: 300_000,
	}, async () => {
		const random = Random.stream(4, "kills");
		const paths = Array.from({ length: 10 }, (_, digit) => example("digits", "test", `${digit}`, "01.png"));
		const finished = new Map<number, AttackedImage>();
		let kills = 0;
		let ends = 0;
		while (kills < KILLS) {
			// The images that are left, as a page asks for them when it runs the others; all anew once they are done.
			if (finished.size === paths.length) finished.clear();
			const left = paths.map((_, index) => index).filter((index) => !finished.has(index));
			const killAfter = random.integer(12);
			let events = 0;
			const kept = finished.size;
			let finishedNow = 0;
			const attack = client.attack(
				{
					run: `run ${kills}`,
					model,
					data: { kind: "pictures", paths: left.map((index) => paths[index] as string) },
					options: { method: "closest", effort: "normal", target: { kind: "any" }, budget: null },
					seed: 0,
					npz: null,
					out: null,
					keepPixels: true,
				},
				(event) => {
					if (event.kind === "finished") {
						finished.set(left[event.index] as number, event.image);
						finishedNow++;
					}
					if (events++ === killAfter && client.pid !== null) {
						process.kill(client.pid, "SIGKILL");
						kills++;
					}
				},
			);
			const beside = client.predict({ model, data: { kind: "pictures", paths }, top: 1, npz: null });
			const answers = await Promise.allSettled([attack, beside]);
			for (const answer of answers) {
				if (answer.status === "fulfilled") continue;
				expect(answer.reason).toMatchObject({ reason: "process-ended" });
				ends++;
			}
			expect(finished.size).toBe(kept + finishedNow);
			expect([...finished.values()].every(({ success }) => success)).toBe(true);
		}
		expect(ends).toBeGreaterThanOrEqual(KILLS);
		const { images } = await client.predict({ model, data: { kind: "pictures", paths }, top: 1, npz: null });
		expect(images).toHaveLength(10);
	});
});
