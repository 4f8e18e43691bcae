import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../src/cli/commands/probe.js";
import { readDirections } from "../../src/compute/activations/probe/directionFile.js";
import { ComputeClient } from "../../src/compute/process/client.js";
import { example } from "../examples/paths.js";

const model = example("models", "mlp", "model.json");
const digits = example("digits", "test");
const ask = [
	model,
	"--layer",
	"dense_1",
	"--data",
	digits,
	"--directions",
	"20",
	"--permutations",
	"19",
	"--no-redrawn",
];

let client: ComputeClient;
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "blindspot-probe-cli-"));
	// The bundle in dist/, which set-up builds before the tests.
	const hostPath = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "host.js");
	const host = {
		backend: "auto",
		nativePath: null,
		loadTimeoutSeconds: 60,
		readerMemoryMiB: 1024,
		modelCacheMiB: 256,
	} as const;
	const silent = () => undefined;
	client = new ComputeClient({
		hostPath,
		settings: () => ({ host, memoryMiB: 1024 }),
		log: { info: silent, warn: silent, error: silent },
	});
});

afterAll(async () => {
	await client.dispose();
	await rm(folder, { recursive: true });
});

function run(args: readonly string[], signal = new AbortController().signal) {
	return probe.invocation(args).run(client, signal);
}

describe("blindspot probe", { timeout: 60_000 }, () => {
	it("reads what is asked", () => {
		const { asked } = probe.invocation([
			...["m.json", "a.png", "--layer", "conv", "--control", "whitened", "--top", "5", "--bottom"],
			...["--reduce", "mean", "--pre", "--permutations", "99", "--seed", "3"],
		]);
		expect(asked).toMatchObject({
			data: { kind: "pictures", paths: ["a.png"] },
			layer: "conv",
			seed: 3,
			options: {
				control: "whitened",
				directions: 1000,
				top: 5,
				bottom: true,
				reduce: "mean",
				pre: true,
				permutations: 99,
				redrawn: true,
			},
		});
		expect(probe.invocation(["m.json", "--layer", "conv"]).asked).toMatchObject({ data: null });
		expect(() => probe.invocation(["m.json"])).toThrow(/probe needs --layer NAME/);
		expect(() => probe.invocation(["m.json", "--layer", "a", "--control", "none"])).toThrow(
			/--control none: one of gaussian/,
		);
		expect(() => probe.invocation(["m.json", "--layer", "a", "--top", "1"])).toThrow(/--top 1/);
	});

	it("prints the report as JSON, and as text with the finding first", async () => {
		const { text, status } = await run([...ask, "--json"]);
		expect(status).toBe(0);
		const report = JSON.parse(text);
		expect(report.units).toHaveLength(100);
		expect(report.directions).toHaveLength(20);
		expect(report.units[3]).toMatchObject({ index: 3, purity: expect.any(Number), similarity: expect.any(Number) });
		expect(report.units[3].top[0]).toMatchObject({ index: expect.any(Number), source: expect.any(String), box: null });
		expect(report.statistics.purity).toMatchObject({
			permutations: 19,
			p: expect.any(Number),
			interval: expect.any(Array),
		});
		const shown = await run(ask);
		expect(shown.text).toContain(`\n${report.finding}\n`);
		expect(shown.text).toMatch(/^unit 99 /m);
		expect(shown.text).toContain("… 10 more directions; --json has all.");
	});

	it("ends early when it is interrupted, with what it has", async () => {
		const interrupt = new AbortController();
		const running = run([...ask, "--json", "--permutations", "100000"], interrupt.signal);
		setTimeout(() => interrupt.abort(), 10);
		const { text, status } = await running;
		expect(status).toBe(130);
		expect(JSON.parse(text).data.stopped).toBe(true);
	});

	it("saves a person's directions by their values, and takes them again", async () => {
		const [own, saved] = [join(folder, "own.json"), join(folder, "saved.json")];
		const direction = {
			name: "difference",
			kind: "combination",
			parts: [
				{ unit: 0, weight: 3 },
				{ unit: 1, weight: -4 },
			],
		};
		await writeFile(own, JSON.stringify({ format: "blindspot-directions", version: 1, directions: [direction] }));
		const quick = [...ask, "--permutations", "0", "--json"];
		const first = JSON.parse((await run([...quick, "--own", own, "--save-own", saved])).text);
		const [read] = await readDirections(saved);
		expect(read).toMatchObject({ name: "difference", kind: "values" });
		expect(first.own[0].values.slice(0, 3)).toEqual([Math.fround(0.6), Math.fround(-0.8), 0]);
		const again = JSON.parse((await run([...quick, "--own", saved])).text);
		expect(again.own[0].top).toEqual(first.own[0].top);
	});
});
