/** `blindspot`: the same analyses without an editor, for scripts and continuous integration. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DONE, FAILED, INCOMPLETE, INTERRUPTED } from "./cli/command.js";
import { wrong } from "./cli/options.js";
import { ownLimits, unmetRequirement } from "./cli/requirements.js";
import { print, say } from "./cli/terminal.js";
import { parseCommand } from "./cli/usage.js";
import { asBlindspotError } from "./compute/errors.js";
import { ComputeClient } from "./compute/process/client.js";
import type { BackendChoice } from "./compute/process/requests.js";
import { BLINDSPOT_VERSION } from "./compute/reports/version.js";

const interrupt = new AbortController();

async function main(args: readonly string[]): Promise<number> {
	const unmet = unmetRequirement(process.versions.node, ownLimits());
	if (unmet !== null) throw wrong(unmet);
	const invocation = parseCommand(args);
	if (invocation.kind === "help") return printed(invocation.text, DONE);
	if (invocation.kind === "version") return printed(BLINDSPOT_VERSION, DONE);
	process.once("SIGINT", () => interrupt.abort());
	process.once("SIGTERM", () => interrupt.abort());
	const client = startClient(invocation.asked.backend);
	try {
		const { text, status } = await invocation.run(client, interrupt.signal);
		// Whenever it came: a script must not take what was cut short for the whole.
		return await printed(text, interrupt.signal.aborted ? INTERRUPTED : status);
	} finally {
		await client.dispose();
	}
}

function startClient(backend: BackendChoice): ComputeClient {
	return new ComputeClient({
		hostPath: join(dirname(fileURLToPath(import.meta.url)), "host.js"),
		settings: () => ({
			host: { backend, nativePath: null, loadTimeoutSeconds: 120, readerMemoryMiB: 4096, modelCacheMiB: 4096 },
			memoryMiB: 8192,
		}),
		held: () => say("the compute process was stopped by a signal; it goes on when it is sent SIGCONT"),
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
	});
}

/** The status, or that a file is missing where standard output was one. */
async function printed(text: string, status: number): Promise<number> {
	const isWritten = await print(text);
	return isWritten || status !== DONE ? status : INCOMPLETE;
}

main(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
	},
	(thrown: unknown) => {
		const error = asBlindspotError(thrown);
		if (error.reason !== "cancelled") say(error.message);
		process.exitCode = interrupt.signal.aborted ? INTERRUPTED : FAILED;
	},
);
