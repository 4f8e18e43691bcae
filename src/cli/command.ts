/** What a command of the command line is. */
import { plain, plainJson } from "../compute/plainText.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { CommonOptions } from "./options.js";

/** Exit statuses. */
export const DONE = 0;
/** Done, but with something that a script should notice. */
export const INCOMPLETE = 1;
/** Bad input or usage. */
export const FAILED = 2;
export const INTERRUPTED = 130;

/** What goes to standard output, and how the program exits. */
export interface Outcome {
	readonly text: string;
	readonly status: typeof DONE | typeof INCOMPLETE | typeof INTERRUPTED;
}

/** A command with what was asked of it. */
export interface Invocation {
	readonly kind: "analysis";
	readonly asked: CommonOptions;
	run(client: ComputeClient, signal: AbortSignal): Promise<Outcome>;
}

export interface CliCommand {
	readonly name: string;
	/** Its lines of the usage text, indented by two. */
	readonly usage: string;
	/** Throws `bad-request` with one line that says what is wrong. */
	invocation(args: readonly string[]): Invocation;
}

/** A command from its two halves: what was written on the command line becomes `asked`, and is then run. */
export function command<Asked extends CommonOptions>(definition: {
	readonly name: string;
	readonly usage: string;
	parse(args: readonly string[]): Asked;
	run(client: ComputeClient, asked: Asked, signal: AbortSignal): Promise<Outcome>;
}): CliCommand {
	return {
		name: definition.name,
		usage: definition.usage,
		invocation: (args) => {
			const asked = definition.parse(args);
			return { kind: "analysis", asked, run: (client, signal) => definition.run(client, asked, signal) };
		},
	};
}

/** A report as a program reads it, or in lines for a person; either way without what would steer a terminal. */
export function shown<Report>(report: Report, json: boolean, lines: (report: Report) => readonly string[]): string {
	return json ? plainJson(JSON.stringify(report, null, 2)) : lines(report).map(plain).join("\n");
}
