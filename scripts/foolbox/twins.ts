/** Writes the net and the images for Foolbox, runs its attacks, and keeps the points as the test's expectation. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeNpz } from "../../src/compute/data/npz.js";
import { LABELS, LAYERS, PICTURES, RADIUS, SIGN_STEP, TARGETS } from "../../test/compute/adversarial/foolboxCase.js";

async function main(): Promise<void> {
	const [python = "python3", script = ""] = process.argv.slice(2);
	const folder = mkdtempSync(path.join(tmpdir(), "blindspot-foolbox-"));
	const [first] = PICTURES as [Float32Array];
	const x = new Float32Array(PICTURES.length * first.length);
	for (const [i, picture] of PICTURES.entries()) x.set(picture, i * first.length);
	const integers = (list: readonly number[]) => ({ shape: [list.length], data: Int32Array.from(list) });
	const weights = LAYERS.flatMap(({ inputs, outputs, weights: w, biases: b }, i) => [
		[`w${i}`, { shape: [inputs, outputs], data: w }] as const,
		[`b${i}`, { shape: [outputs], data: b }] as const,
	]);
	const task = await writeNpz(
		path.join(folder, "task.npz"),
		{
			x: { shape: [PICTURES.length, first.length], data: x },
			label: integers(LABELS),
			target: integers(TARGETS),
			epsilons: { shape: [2], data: Float32Array.of(SIGN_STEP, RADIUS) },
			...Object.fromEntries(weights),
		},
		"replace",
	);
	const found = execFileSync(python, [script, task], { encoding: "utf8", maxBuffer: 2 ** 26 });
	writeFileSync("test/compute/adversarial/foolbox.json", `${found.trim()}\n`);
	rmSync(folder, { recursive: true });
	console.log("test/compute/adversarial/foolbox.json is written");
}

void main();
