/** `blindspot`: the same analyses without an editor, for scripts and continuous integration. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { attackText, modelText, predictionText } from "./cli/print.js";
import { type Command, parseCommand, USAGE, type WrittenTarget } from "./cli/usage.js";
import { ComputeClient } from "./compute/client.js";
import { asBlindspotError, BlindspotError } from "./compute/errors.js";
import type { AttackProgress } from "./compute/protocol.js";
import type { Target } from "./compute/report.js";
import { BLINDSPOT_VERSION } from "./compute/version.js";

const DONE = 0;
const INCOMPLETE = 1;
const FAILED = 2;
const INTERRUPTED = 130;

async function main(args: readonly string[]): Promise<number> {
	const command = parseCommand(args);
	if (command.kind === "help") return print(USAGE.trimEnd(), DONE);
	if (command.kind === "version") return print(BLINDSPOT_VERSION, DONE);
	const interrupt = new AbortController();
	process.once("SIGINT", () => interrupt.abort());
	process.once("SIGTERM", () => interrupt.abort());
	const client = startClient(command);
	try {
		return await run(client, command, interrupt.signal);
	} finally {
		await client.dispose();
	}
}

type Analysis = Exclude<Command, { kind: "help" | "version" }>;

function startClient({ backend }: Analysis): ComputeClient {
	return new ComputeClient({
		hostPath: join(dirname(fileURLToPath(import.meta.url)), "host.js"),
		settings: () => ({
			host: { backend, nativePath: null, loadTimeoutSeconds: 120, readerMemoryMiB: 4096, modelCacheMiB: 4096 },
			memoryMiB: 8192,
		}),
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
	});
}

async function run(client: ComputeClient, command: Analysis, signal: AbortSignal): Promise<number> {
	switch (command.kind) {
		case "inspect": {
			const summary = await client.inspect({ model: command.model }, signal);
			return print(command.json ? json(summary) : modelText(summary), DONE);
		}
		case "predict": {
			const { model, data, top, npz } = command;
			const result = await client.predict({ model, data, top, npz }, signal);
			const complete = result.images.every(({ error }) => error === null);
			return print(command.json ? json(result) : predictionText(result), complete ? DONE : INCOMPLETE);
		}
		case "attack": {
			const { model, data, method, budget, seed, out, npz, failUnder } = command;
			const target = await resolveTarget(client, command, signal);
			const options = { method, target, budget };
			const line = new ProgressLine();
			const { report } = await client
				.attack({ run: "cli", model, data, options, seed, out, npz }, (event) => line.show(event), signal)
				.finally(() => line.clear());
			const complete = report.images.every(({ success }) => success);
			const { meanDistortion } = report.summary;
			const tooNear = failUnder !== null && meanDistortion !== null && meanDistortion < failUnder;
			if (tooNear)
				process.stderr.write(`blindspot: the mean distortion ${meanDistortion.toPrecision(4)} is below ${failUnder}\n`);
			return print(command.json ? json(report) : attackText(report), complete && !tooNear ? DONE : INCOMPLETE);
		}
	}
}

/** A label's name or index as an index. Throws `bad-request` where the model has no such label, or two. */
async function resolveTarget(
	client: ComputeClient,
	{ model, target }: { readonly model: Analysis["model"]; readonly target: WrittenTarget },
	signal: AbortSignal,
): Promise<Target> {
	if (target.kind !== "label") return target;
	const { text } = target;
	const { classNames } = await client.inspect({ model }, signal);
	const matches = classNames.flatMap((name, index) => (name.toLowerCase() === text.toLowerCase() ? [index] : []));
	const [index, another] = matches;
	if (another !== undefined)
		throw new BlindspotError("bad-request", `--target ${text}: ${matches.length} labels are called so; give an index`);
	if (index !== undefined) return { kind: "label", index };
	if (/^\d+$/.test(text) && Number(text) < classNames.length) return { kind: "label", index: Number(text) };
	throw new BlindspotError(
		"bad-request",
		`--target ${text}: ${model.path} has no such label; it has ${classNames.length}, from ${classNames[0]} to ${classNames.at(-1)}`,
	);
}

/** "3 of 10 pictures" on standard error, where that is a terminal. */
class ProgressLine {
	#finished = 0;
	#total = 0;

	show(event: AttackProgress): void {
		if (event.kind === "started") {
			this.#total = event.report.images.length;
			this.#finished = 0;
		}
		if (event.kind === "finished") this.#finished++;
		if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${this.#finished} of ${this.#total} pictures`);
	}

	clear(): void {
		if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
	}
}

function json(value: unknown): string {
	return JSON.stringify(value, null, 2);
}

function print(text: string, status: number): number {
	process.stdout.write(`${text}\n`);
	return status;
}

main(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
	},
	(thrown: unknown) => {
		const error = asBlindspotError(thrown);
		if (error.reason !== "cancelled") process.stderr.write(`blindspot: ${error.message}\n`);
		process.exitCode = error.reason === "cancelled" ? INTERRUPTED : FAILED;
	},
);
